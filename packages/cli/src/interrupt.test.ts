import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';

const script = `
  import { onInterrupt } from ${JSON.stringify(new URL('./interrupt.ts', import.meta.url).href)};
  // A clock that is set back between two signals.
  let now = Date.now();
  Date.now = () => (now -= 1000);
  const signal = onInterrupt((message) => console.log(message));
  setInterval(() => {
    if (process.argv[1] === 'heeds') signal.throwIfAborted();
  }, 20);
  console.log('ready');
`;

function start(...words: string[]) {
  const flags = ['--conditions=@rsim/source', '--import', 'tsx', '--input-type=module', '--eval', script];
  return spawn(process.execPath, [...flags, ...words], { stdio: ['ignore', 'pipe', 'ignore'] });
}

test('the first Ctrl-C lets the work end by itself', async () => {
  const child = start('heeds');
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([1, null]);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a second %s ends the process at once; one that comes with the first does not',
  async (signal) => {
    const child = start();
    const exit = once(child, 'exit');
    await once(child.stdout, 'data');
    const said = once(child.stdout, 'data');
    child.kill(signal);
    child.kill(signal);
    await said;
    await wait(400);
    expect(child.signalCode).toBe(null);
    child.kill(signal);
    expect(await exit).toEqual([null, signal]);
  },
);
