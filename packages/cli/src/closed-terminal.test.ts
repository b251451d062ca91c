import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RunFolder } from '@rsim/tracking';
import { expect, test } from 'vitest';
import { parrotConfig } from './testing/parrot-config.js';

const bin = fileURLToPath(new URL('../bin/rsim.js', import.meta.url));

test('a run whose terminal is closed keeps what it learned, though nobody hears it say so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsim-closed-'));
  const training = { iterations: 100_000, problemsPerIteration: 1, group: 2, checkpointEvery: 100_000 };
  const config = { ...parrotConfig, training: { ...training, stage0: { kind: 'none' } } };
  writeFileSync(join(folder, 'rsim.config.json'), JSON.stringify(config));
  const words = ['train', '--run', 'run', '--no-evaluation'];
  const child = spawn(process.execPath, [bin, ...words], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const exit = once(child, 'exit');
  const run = join(folder, 'run');
  await expect.poll(() => RunFolder.readJournal(run).length, { timeout: 60_000 }).toBeGreaterThan(2);
  child.stderr.destroy();
  child.kill('SIGHUP');
  expect(await exit).toEqual([130, null]);
  expect(existsSync(join(run, 'checkpoints', 'real'))).toBe(true);
  rmSync(folder, { recursive: true });
}, 120_000);
