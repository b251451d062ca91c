import type { Random } from '@rsim/core';
import { quantile, varianceOf } from './clustered-mean.js';
import { defaultLevel, type Interval } from './interval.js';

/** Which seeds and problems one resample is made of. */
export interface Draw {
  /** Per group of seeds, the places drawn. */
  readonly seeds: readonly (readonly number[])[];
  /** Per suite, the places drawn: the same problems for every seed. */
  readonly problems: readonly Uint32Array[];
}

export interface DrawOptions {
  /** Seeds of each group; groups are drawn apart. */
  readonly seeds: readonly number[];
  /** Problems of each suite. */
  readonly problems: readonly number[];
  readonly resamples: number;
  readonly random: Random;
}

/**
 * Draws seeds, then problems, both with replacement. Every seed met the same problems, so the draw is crossed: problems are drawn once
 * for all seeds (the pigeonhole bootstrap; Owen 2007), where drawing them anew within each seed would take them for other problems, and average their
 * variance away. Of S seeds S − 1 are drawn, without which the variance of a mean over seeds would come out (S − 1)/S too small (McCarthy
 * and Snowden 1985; Rao and Wu 1988): half of it for two. A single seed is always drawn.
 */
export function* draws({ seeds, problems, resamples, random }: DrawOptions): Generator<Draw> {
  for (let resample = 0; resample < resamples; resample += 1) {
    yield {
      seeds: seeds.map((count) => Array.from({ length: Math.max(1, count - 1) }, () => random.integer(0, count - 1))),
      problems: problems.map((length) => Uint32Array.from({ length }, () => random.integer(0, length - 1))),
    };
  }
}

/**
 * Interval of a statistic for other seeds and other problems, whatever function of the outcomes it is: estimate ± t · standard deviation of
 * what {@link draws} gave. The percentiles of a handful of seeds reach no further than the best and the worst of them, so they would hold
 * three seeds' mean three times in four. Degrees of freedom after Satterthwaite (1946): the part of seeds is known with S − 1, the rest well.
 * What is neither of seeds nor of problems counts thrice in the variance, which makes the interval wider rather than too narrow (Owen
 * 2007); for plain means `seedEffects` is exact.
 *
 * @param bySeed the statistic of each seed alone, on all problems.
 * @param resampled the statistic of each draw.
 * @returns `null` with fewer than two seeds.
 */
export function hierarchicalInterval(
  estimate: number,
  bySeed: readonly number[],
  resampled: readonly number[],
  level = defaultLevel,
): Interval | null {
  const seeds = bySeed.length;
  if (seeds < 2) return null;
  const ofSeeds = varianceOf(bySeed) / seeds;
  const variance = Math.max(varianceOf(resampled), ofSeeds);
  if (variance === 0) return { estimate, low: estimate, high: estimate };
  const degrees = ofSeeds === 0 ? Infinity : (seeds - 1) * (variance / ofSeeds) ** 2;
  // Beyond a million the t quantile is the normal one.
  const margin = quantile(level, Math.min(1e6, degrees)) * Math.sqrt(variance);
  return { estimate, low: estimate - margin, high: estimate + margin };
}
