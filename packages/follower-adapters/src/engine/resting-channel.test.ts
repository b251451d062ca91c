import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { EngineChannel } from './engine-channel.js';
import type { EngineOperation } from './engine.js';
import { openRestingChannel } from './resting-channel.js';

const open: EngineOperation<unknown> = { kind: 'open', session: 0, tokens: [1] };
const fork: EngineOperation<unknown> = { kind: 'fork', session: 1, from: 0 };
const close = (session: number): EngineOperation<unknown> => ({ kind: 'close', session });

/** Engines that write down what happens to them. */
function engines(): { readonly log: string[]; readonly start: () => EngineChannel<unknown> } {
  const log: string[] = [];
  let started = 0;
  const start = (): EngineChannel<unknown> => {
    const name = (started += 1);
    log.push(`start ${name}`);
    return {
      post: (operations) => log.push(...operations.map(({ kind }) => `${kind} ${name}`)),
      hold: (isNeeded) => isNeeded && log.push(`hold ${name}`),
      dispose: async () => void log.push(`end ${name}`),
    };
  };
  return { log, start };
}

describe('openRestingChannel', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('starts an engine with the first session, ends it when none is left, and starts another with the next', async () => {
    const { log, start } = engines();
    const channel = openRestingChannel(start, 1000);
    expect(log).toEqual([]);
    channel.hold(true);
    channel.post([open, fork]);
    channel.post([close(0)]);
    vi.advanceTimersByTime(5000);
    expect(log).not.toContain('end 1');
    channel.hold(false);
    channel.post([close(1)]);
    vi.advanceTimersByTime(999);
    expect(log).not.toContain('end 1');
    vi.advanceTimersByTime(1);
    expect(log).toContain('end 1');
    channel.post([open]);
    await channel.dispose();
    expect(log.slice(-3)).toEqual(['start 2', 'open 2', 'end 2']);
  });

  it('keeps its engine over a short pause', () => {
    const { log, start } = engines();
    const channel = openRestingChannel(start, 1000);
    for (let round = 0; round < 3; round += 1) {
      channel.post([open]);
      channel.post([close(0)]);
      vi.advanceTimersByTime(900);
    }
    expect(log.filter((line) => line.startsWith('start'))).toHaveLength(1);
  });

  it('waits, when it is disposed of, for an engine that is ending', async () => {
    let finish = (): void => undefined;
    const dispose = () => new Promise<void>((resolve) => (finish = resolve));
    const channel = openRestingChannel(() => ({ post: () => undefined, hold: () => undefined, dispose }), 1000);
    channel.post([open, close(0)]);
    vi.advanceTimersByTime(1000);
    let isDisposed = false;
    const disposed = channel.dispose().then(() => (isDisposed = true));
    await Promise.resolve();
    expect(isDisposed).toBe(false);
    finish();
    await disposed;
  });
});
