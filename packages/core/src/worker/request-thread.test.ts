import { describe, expect, it, vi } from 'vitest';
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

  it('gives each request its time from when it is begun, however long it waited for others', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const thread = threadOf('gated-worker.ts', 60_000);
    const gates = Array.from({ length: 3 }, () => new Int32Array(new SharedArrayBuffer(4)));
    const asked = gates.map((gate) => thread.ask(gate));
    const last = expect(asked[2]).rejects.toThrow('stopped: it took longer than 1 minutes');
    for (const [place, gate] of gates.slice(0, 2).entries()) {
      vi.advanceTimersByTime(50_000);
      gate[0] = place + 1;
      Atomics.notify(gate, 0);
      expect(await asked[place]).toBe(place + 1);
    }
    vi.advanceTimersByTime(60_000);
    await last;
    vi.useRealTimers();
    await thread.stop();
  });

  it('refuses what cannot be sent', async () => {
    const thread = threadOf('echo-worker.ts');
    await expect(thread.ask(() => 1)).rejects.toThrow(/could not be cloned/);
    await thread.stop();
  });
});
