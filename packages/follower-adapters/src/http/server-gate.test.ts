import { setMaxListeners } from 'node:events';

import { describe, expect, it } from 'vitest';

import { ServerFault } from './server-fault.js';
import { ServerGate } from './server-gate.js';

const options = { concurrency: 8, firstPauseSeconds: 0.001, longestPauseSeconds: 0.01 };
const { signal } = new AbortController();
setMaxListeners(0, signal);
const busy = (seconds: number | null = null): ServerFault =>
  new ServerFault('busy', { code: 'server-busy', remedy: 'Wait.' }, 'later', seconds);
const fail = (gate: ServerGate, error: Error): Promise<unknown> =>
  gate.run(() => Promise.reject(error), signal).catch(() => undefined);

describe('ServerGate', () => {
  it('lets no more through at once than its limit', async () => {
    const gate = new ServerGate(options);
    let [now, most] = [0, 0];
    const work = async (): Promise<void> => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
    };
    await Promise.all(Array.from({ length: 50 }, () => gate.run(work, signal)));
    expect([most, now]).toEqual([8, 0]);
  });

  it('halves its limit once for all that were under way, and wins it back bit by bit', async () => {
    const gate = new ServerGate(options);
    await Promise.all(Array.from({ length: 8 }, () => fail(gate, busy())));
    expect(gate.limit).toBe(4);
    await gate.run(async () => undefined, signal);
    expect(gate.limit).toBe(4.25);
    for (let answer = 0; answer < 100; answer += 1) await gate.run(async () => undefined, signal);
    expect(gate.limit).toBe(8);
    for (let time = 0; time < 10; time += 1) await fail(gate, busy());
    expect(gate.limit).toBe(1);
  });

  it('leaves the server alone for as long as it asks, within bounds', async () => {
    const gate = new ServerGate({ ...options, longestPauseSeconds: 0.05 });
    const startedAt = performance.now();
    await fail(gate, busy(1000));
    await gate.run(async () => undefined, signal);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(50);
  });

  it('takes other failures for no sign of too much to do', async () => {
    const gate = new ServerGate(options);
    await fail(gate, new Error('no'));
    expect(gate.limit).toBe(8);
  });

  it('ends the waiting of who is aborted', async () => {
    const gate = new ServerGate({ ...options, concurrency: 1 });
    let release = (): void => undefined;
    const first = gate.run(() => new Promise<void>((resolve) => (release = resolve)), signal);
    const controller = new AbortController();
    const second = gate.run(async () => 2, controller.signal);
    controller.abort(new Error('given up'));
    await expect(second).rejects.toThrow('given up');
    release();
    await first;
    expect(await gate.run(async () => 3, signal)).toBe(3);
  });
});
