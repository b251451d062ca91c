import { afterEach, expect, it, vi } from 'vitest';
import { sayUsage, withUsage } from './follower-usage.js';

const usage = { requests: 3, retries: 1, steps: 2, promptTokens: 50, cachedTokens: 0, completionTokens: 9, cost: 0 };

afterEach(() => vi.restoreAllMocks());

it('says what was counted, and nothing of a follower that counts nothing or was not asked', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  sayUsage({ name: 'local' });
  sayUsage({ name: 'idle', usage: { ...usage, requests: 0 } });
  sayUsage({ name: 'paid', usage });
  expect(write.mock.calls).toEqual([['paid: 3 requests, 1 of them again, 2 steps, 50 prompt tokens, 9 written\n']]);
});

it('notes it also where the work fails', async () => {
  const journal = vi.fn();
  const follower = {
    name: 'paid',
    usage,
    parameters: null,
    open: vi.fn(),
    [Symbol.asyncDispose]: async () => undefined,
  };
  const work = withUsage([follower], { journal }, () => Promise.reject(new Error('stopped')));
  await expect(work).rejects.toThrow('stopped');
  expect(journal).toHaveBeenCalledExactlyOnceWith('usage', { follower: 'paid', ...usage });
});
