import type { Cell } from '../cell.js';
import { meanOf } from '../statistics/clustered-mean.js';

/** What two policies made of the problems of one suite, under the seeds that both were tried with. */
export interface PairedTable {
  /** By seed, for each problem 1 or 0; of the policy and of the baseline in the same order. */
  readonly policy: readonly (readonly number[])[];
  readonly baseline: readonly (readonly number[])[];
}

/** @returns `null` where the two share no seed, or no problem under all of their seeds. */
export function pairedTable(policy: readonly Cell[], baseline: readonly Cell[]): PairedTable | null {
  const theirs = new Map(baseline.map((cell) => [cell.seed, correctByProblem(cell)]));
  const pairs = policy.flatMap((cell) => {
    const other = theirs.get(cell.seed);
    return other === undefined ? [] : [{ own: correctByProblem(cell), other }];
  });
  const problems = [...(pairs[0]?.own.keys() ?? [])].filter((problem) =>
    pairs.every(({ own, other }) => own.has(problem) && other.has(problem)),
  );
  if (problems.length === 0) return null;
  const listed = (correct: ReadonlyMap<string, number>) => problems.map((problem) => correct.get(problem) as number);
  return { policy: pairs.map(({ own }) => listed(own)), baseline: pairs.map(({ other }) => listed(other)) };
}

/** Per problem, the means over seeds of policy and baseline. */
export function pairsOf({ policy, baseline }: PairedTable): [number, number][] {
  const means = (rows: PairedTable['policy']) =>
    (rows[0] as readonly number[]).map((_, problem) => meanOf(rows.map((row) => row[problem] as number)));
  const others = means(baseline);
  return means(policy).map((mean, problem) => [mean, others[problem] as number]);
}

/** By seed, for each problem: policy − baseline. */
export function differencesBySeed({ policy, baseline }: PairedTable): number[][] {
  return policy.map((row, seed) => row.map((correct, problem) => correct - (baseline[seed]?.[problem] as number)));
}

function correctByProblem({ outcomes }: Cell): Map<string, number> {
  return new Map(outcomes.map(({ problem, correct }) => [problem, Number(correct)]));
}
