import { describe, expect, it } from 'vitest';
import { RequestThread, type ThreadErrors } from './request-thread.js';

const errors: ThreadErrors = {
  failed: ({ message, code, remedy }) => new Error(`failed: ${message}, ${code}, ${remedy}`),
  stopped: (why) => new Error(`stopped: ${why}`),
};
const threadOf = (module: string, milliseconds = 60_000) =>
  new RequestThread(new URL(`./testing/${module}`, import.meta.url), milliseconds, errors);

describe('RequestThread', () => {
  it('answers in turn, and hands on what a request failed of', async () => {
    const thread = threadOf('echo-worker.ts');
    const order: number[] = [];
    const asked = [0, 5, 9].map(async (number) => order.push((await thread.ask(number)) as number));
    await expect(thread.ask(-1)).rejects.toThrow('failed: minus one, config-invalid, Ask for more.');
    await expect(thread.ask(-2)).rejects.toThrow('failed: negative, undefined, undefined');
    await Promise.all(asked);
    expect(order).toEqual([0, 5, 9]);
    await thread.stop();
  });

  it('starts again after it was stopped, which rejects what was under way', async () => {
    const thread = threadOf('echo-worker.ts');
    const first = expect(thread.ask(1)).rejects.toThrow('stopped: it was stopped');
    await thread.stop();
    await first;
    expect(await thread.ask(2)).toBe(2);
    await thread.stop();
  });

  it.each([
    ['dies', 'dying-worker.js', 60_000, 'stopped: it ended with code 3'],
    ['never answers', 'silent-worker.js', 300, 'stopped: it took longer than 0.005 minutes'],
    ['is not there', 'no-worker.js', 60_000, 'stopped: Cannot find module'],
  ])('gives up a thread that %s', async (_, module, milliseconds, message) => {
    const thread = threadOf(module, milliseconds);
    await expect(thread.ask(1)).rejects.toThrow(message);
    await thread.stop();
  });

  it('refuses what cannot be sent', async () => {
    const thread = threadOf('echo-worker.ts');
    await expect(thread.ask(() => 1)).rejects.toThrow(/could not be cloned/);
    await thread.stop();
  });
});
