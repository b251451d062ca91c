import type { Cell } from '../cell.js';
import { meanOf } from '../statistics/clustered-mean.js';
import { correctByProblem, meansBySeed } from './seed-table.js';

/** What two policies made of the problems of one suite, under the seeds and in the tries that both had. */
export interface PairedTable {
  /** One for each seed and try. */
  readonly tries: readonly PairedTry[];
}

interface PairedTry {
  readonly seed: number;
  /** For each problem 1 or 0; in the same order in both, and in all tries. */
  readonly policy: readonly number[];
  readonly baseline: readonly number[];
  /** Tokens that each spent, problem by problem. */
  readonly policyTokens: readonly number[];
  readonly baselineTokens: readonly number[];
}

/** @returns `null` where the two share no try, or no problem in all of them. */
export function pairedTable(policy: readonly Cell[], baseline: readonly Cell[]): PairedTable | null {
  const theirs = new Map(baseline.map((cell) => [tryOf(cell), cell]));
  const pairs = policy.flatMap((own) => {
    const other = theirs.get(tryOf(own));
    return other === undefined ? [] : [{ own, other }];
  });
  const [first] = pairs;
  const met = pairs.flatMap(({ own, other }) => [correctByProblem(own), correctByProblem(other)]);
  const problems = (first?.own.outcomes ?? [])
    .map(({ problem }) => problem)
    .filter((key) => met.every((cell) => cell.has(key)));
  if (problems.length === 0) return null;
  const listed = (values: ReadonlyMap<string, number>) => problems.map((problem) => values.get(problem) as number);
  const tries = pairs.map(({ own, other }) => ({
    seed: own.seed,
    policy: listed(correctByProblem(own)),
    baseline: listed(correctByProblem(other)),
    policyTokens: listed(tokensByProblem(own)),
    baselineTokens: listed(tokensByProblem(other)),
  }));
  return { tries };
}

/** Per problem, the means over all tries of policy and baseline. */
export function pairsOf({ tries }: PairedTable): [number, number][] {
  const others = meansOf(tries.map(({ baseline }) => baseline));
  return meansOf(tries.map(({ policy }) => policy)).map((mean, problem) => [mean, others[problem] as number]);
}

/** The same of their tokens. */
export function tokensOf({ tries }: PairedTable): { policy: number[]; baseline: number[] } {
  return {
    policy: meansOf(tries.map(({ policyTokens }) => policyTokens)),
    baseline: meansOf(tries.map(({ baselineTokens }) => baselineTokens)),
  };
}

/** By seed, for each problem: policy − baseline, mean over the seed's tries. */
export function differencesBySeed({ tries }: PairedTable): number[][] {
  return meansBySeed(
    tries.map(({ seed, policy, baseline }) => ({
      seed,
      values: policy.map((correct, problem) => correct - (baseline[problem] as number)),
    })),
  );
}

function meansOf(rows: readonly (readonly number[])[]): number[] {
  return (rows[0] as readonly number[]).map((_, problem) => meanOf(rows.map((row) => row[problem] as number)));
}

function tryOf({ seed, sample }: Cell): string {
  return `${seed} ${sample}`;
}

function tokensByProblem({ outcomes }: Cell): Map<string, number> {
  return new Map(outcomes.map(({ problem, tokens }) => [problem, tokens]));
}
