import type { Follower, FollowerUsage } from '@rsim/core';
import type { RunFolder } from '@rsim/tracking';
import { sayInstead } from './progress.js';

/** Says what a follower was asked for and what that cost, where it counts that. */
export function sayUsage({ name, usage }: Pick<Follower, 'name' | 'usage'>): void {
  if (usage === undefined || usage.requests === 0) return;
  sayInstead(`${name}: ${usageText(usage)}`);
}

/** Does the work, and notes in the run's journal what each follower was asked for meanwhile, whatever came of it. */
export async function withUsage<T>(
  followers: readonly Follower[],
  run: Pick<RunFolder, 'journal'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } finally {
    for (const { name, usage } of followers)
      if (usage !== undefined) run.journal('usage', { follower: name, ...usage });
  }
}

function usageText({
  requests,
  retries,
  steps,
  promptTokens,
  cachedTokens,
  completionTokens,
  cost,
}: FollowerUsage): string {
  const again = retries === 0 ? '' : `, ${retries} of them again`;
  const cached = cachedTokens === 0 ? '' : ` (${cachedTokens} cached)`;
  const price = cost === 0 ? '' : `, cost ${Number(cost.toPrecision(4))}`;
  return `${requests} requests${again}, ${steps} steps, ${promptTokens} prompt tokens${cached}, ${completionTokens} written${price}`;
}
