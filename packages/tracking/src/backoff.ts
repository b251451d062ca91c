import { setTimeout } from 'node:timers/promises';

/** How long to wait between attempts, seconds. */
export interface Backoff {
  readonly first: number;
  readonly most: number;
}

/**
 * Waits before the next attempt: twice as long after each failure in a row up to a limit, half of it left to chance so
 * that many clients of one server do not come back all at once. Ends at once when the signal aborts; never throws.
 *
 * @param failures In a row, at least 1.
 */
export async function waitToRetry(failures: number, { first, most }: Backoff, signal: AbortSignal): Promise<void> {
  const longest = Math.min(most, first * 2 ** (failures - 1));
  await pause(longest * (0.5 + Math.random() / 2), signal);
}

/** Waits; ends at once when the signal aborts, and never throws. */
export async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(seconds * 1000, undefined, { signal }).catch(() => undefined);
}
