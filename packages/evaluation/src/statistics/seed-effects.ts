import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { meanOf, quantile } from './clustered-mean.js';
import { crossing } from './crossing.js';
import { defaultLevel, type Interval } from './interval.js';

/** A mean over seeds and problems whose interval speaks of other seeds too. */
export interface SeedEffects extends Interval {
  /** Number of seeds. */
  readonly seeds: number;
  /** Estimated standard deviation, from seed to seed, of the mean over all problems there are. */
  readonly deviation: number;
  /** Two-sided p-value of the mean being 0. */
  readonly p: number;
}

/**
 * The mean of a table of seeds × problems, both drawn at random: what another training seed would give on other problems.
 * Variance components of the two-way crossed random-effects model by analysis of variance, for balanced data the REML
 * estimates where none is negative (Searle, Casella and McCulloch 1992, section 4.3): with A the variance of the mean over seeds, B that of
 * the mean over problems and C what of both is residual, the mean has variance A + B − C. A component that comes out negative
 * counts as 0. Student's t on Satterthwaite's (1946) degrees of freedom. Several strata (suites) weigh the same and share their
 * seeds.
 *
 * @param strata per suite, by seed, a value for each problem: the same seeds in each suite, the same problems for each seed.
 * @returns `null` with fewer than two seeds, a stratum with fewer than two problems, or where nothing varies.
 * @throws RangeError when the tables are not balanced.
 */
export function seedEffects(
  strata: readonly (readonly (readonly number[])[])[],
  level = defaultLevel,
): SeedEffects | null {
  const seeds = strata[0]?.length ?? 0;
  checkBalance(strata, seeds);
  if (seeds < 2 || strata.some((bySeed) => (bySeed[0] as readonly number[]).length < 2)) return null;
  const count = strata.length;
  const bySeed = Array.from({ length: seeds }, (_, seed) => meanOf(strata.map((rows) => meanOf(rows[seed] ?? []))));
  const parts = strata.map(partsOf);
  const ofSeeds = { variance: varianceOf(bySeed) / seeds, degrees: seeds - 1 };
  const ofProblems = pooled(
    parts.map(({ problems }) => problems),
    count,
  );
  const residual = pooled(
    parts.map(({ residual: rest }) => rest),
    count,
  );
  const total = withoutNegatives(ofSeeds, ofProblems, residual);
  // Equal values leave a rounding error of their mean behind.
  if (total.variance < 1e-24) return null;
  const estimate = meanOf(bySeed);
  const standardError = Math.sqrt(total.variance);
  const margin = quantile(level, total.degrees) * standardError;
  const deviation = Math.sqrt(Math.max(0, ofSeeds.variance - residual.variance) * seeds);
  const p = pValueOf(estimate / standardError, total.degrees);
  return { estimate, low: estimate - margin, high: estimate + margin, seeds, deviation, p };
}

/** Two-sided, of Student's t. */
function pValueOf(t: number, degrees: number): number {
  return crossing((p) => tQuantile(p / 2, degrees) + Math.abs(t));
}

/** A part of the variance of the mean, and how well it is known. */
interface Part {
  readonly variance: number;
  readonly degrees: number;
}

/** What problems, and what is left, add to the variance of one suite's mean. */
function partsOf(rows: readonly (readonly number[])[]): { problems: Part; residual: Part } {
  const seeds = rows.length;
  const count = (rows[0] as readonly number[]).length;
  const seedMeans = rows.map(meanOf);
  const problemMeans = Array.from({ length: count }, (_, problem) => meanOf(rows.map((row) => row[problem] as number)));
  const grand = meanOf(seedMeans);
  let squares = 0;
  for (const [seed, row] of rows.entries()) {
    for (const [problem, value] of row.entries()) {
      squares += (value - (seedMeans[seed] as number) - (problemMeans[problem] as number) + grand) ** 2;
    }
  }
  const degrees = (seeds - 1) * (count - 1);
  return {
    problems: { variance: varianceOf(problemMeans) / count, degrees: count - 1 },
    residual: { variance: squares / degrees / (seeds * count), degrees },
  };
}

/** The part of a mean over suites, of those of each. */
function pooled(parts: readonly Part[], count: number): Part {
  const scaled = parts.map(({ variance, degrees }) => ({ variance: variance / count ** 2, degrees }));
  return satterthwaite(scaled.map((part) => ({ ...part, sign: 1 })));
}

/** A + B − C, where neither of the first two may be below the third: no component is negative. */
function withoutNegatives(seeds: Part, problems: Part, residual: Part): Part {
  const atLeast = ({ variance, degrees }: Part) => ({ variance: Math.max(variance, residual.variance), degrees });
  return satterthwaite([
    { ...atLeast(seeds), sign: 1 },
    { ...atLeast(problems), sign: 1 },
    { ...residual, sign: -1 },
  ]);
}

/** A sum of variances with the degrees of freedom of a chi-square of the same first two moments. */
function satterthwaite(parts: readonly (Part & { readonly sign: 1 | -1 })[]): Part {
  const variance = parts.reduce((sum, part) => sum + part.sign * part.variance, 0);
  const spread = parts.reduce((sum, part) => sum + part.variance ** 2 / part.degrees, 0);
  return { variance, degrees: spread === 0 ? Infinity : Math.max(1, variance ** 2 / spread) };
}

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

function checkBalance(strata: readonly (readonly (readonly number[])[])[], seeds: number): void {
  for (const rows of strata) {
    const count = rows[0]?.length ?? 0;
    if (rows.length !== seeds || count === 0 || rows.some((row) => row.length !== count)) {
      throw new RangeError('seedEffects: every suite needs the same seeds, and every seed of it the same problems');
    }
  }
}
