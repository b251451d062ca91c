import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { commandWord } from './command-word.js';

it('leaves plain paths as they are', () => {
  expect(commandWord('/home/someone/runs/seed-1')).toBe('/home/someone/runs/seed-1');
});

it.skipIf(process.platform === 'win32').each(['my runs/one', "it's $HOME `here`", '~/runs/"x"', '*.x', ''])(
  'has a shell read %j as one word',
  (text) => {
    const { stdout } = spawnSync('sh', ['-c', `printf '%s|' ${commandWord(text)}`], { encoding: 'utf8' });
    expect(stdout).toBe(`${text}|`);
  },
);
