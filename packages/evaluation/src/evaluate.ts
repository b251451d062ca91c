import {
  seedOf,
  type Budget,
  type Episode,
  type Follower,
  type Split,
  type StrategySet,
  type TaskSuite,
} from '@rsim/core';
import type { CellName } from './cell.js';
import { forgetfulStore, type CellStore } from './cell-store.js';
import { checkAxes, samplesOf, settingsOf } from './axes.js';
import { heldOutProblems } from './held-out-problems.js';
import { inDependencyOrder } from './policy-order.js';
import type { Policy } from './policies/policy.js';
import type { StepJudge } from './outcome.js';
import { runCells, type CellsProgress } from './run-cells.js';
import { assembleResults, type ComparisonRequest } from './results/assemble.js';
import type { Results } from './results/schema.js';

export interface EvaluateOptions {
  readonly suites: readonly TaskSuite[];
  readonly split: Split;
  readonly problemsPerSuite: number;
  /** Names must differ, those of policies too. */
  readonly followers: readonly Follower[];
  readonly policies: readonly Policy[];
  /** Names of the policies to run with this follower; all by default. */
  readonly policiesOf?: (follower: Follower) => readonly string[];
  /** Seeds of the followers' and planners' random streams. All seeds see the same problems. */
  readonly seeds: readonly number[];
  /** How often each problem is tried with each seed; 1 by default. Every try has random streams of its own. */
  readonly samples?: number;
  /** Names the stream the problems are drawn from; 0 by default. */
  readonly problemSeed?: number;
  /** The follower's softmax temperature, for all policies. */
  readonly temperature: number;
  readonly strategySet: StrategySet;
  /** Each suite's own by default; the same for all policies. */
  readonly budget?: Budget;
  /** Judges single steps, for the report on when the planner checks; without it there is no such report. */
  readonly judge?: StepJudge;
  /** Pairs to compare; by default `planner` with every other policy and with `alone` on far larger followers. */
  readonly comparisons?: readonly ComparisonRequest[];
  /** Level of the intervals; 0.95 by default. */
  readonly level?: number;
  /** Resamples of each paired bootstrap; 5000 by default. */
  readonly resamples?: number;
  /** Where finished cells are kept; nowhere by default. */
  readonly store?: CellStore;
  /** By suite, the version of whatever else decides the outcomes, the code above all; stored cells of another are run again. */
  readonly versionOf?: (suite: string) => string | undefined;
  /** Most episodes that live at once. */
  readonly concurrency?: number;
  /** Aborting ends the evaluation with the signal's reason; finished cells stay in the store. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CellsProgress) => void;
  /** Called once for each episode as it ends; not for those of stored cells. */
  readonly onEpisode?: (cell: CellName, episode: Episode) => void;
}

/**
 * Compares policies on the same problems with the same followers, seeds, budget and temperature, cell by cell (suite,
 * follower, policy, seed, sample). What ended with an error counts as wrong and is counted apart.
 *
 * @returns rows, pooled rows, comparisons and the report on checking, as `results.json` has them.
 * @throws ConfigError when names clash, a list is empty, or a policy needs one that is not there.
 * @throws ProblemError when a suite has no problem of the split, or hands out one of another.
 */
export async function evaluate(options: EvaluateOptions): Promise<Results> {
  const policies = checked(options);
  const problems = heldOutProblems(options);
  const settings = options.seeds.flatMap((seed) =>
    options.followers.flatMap((follower) => {
      const names = options.policiesOf?.(follower);
      const own = inDependencyOrder(policies.filter(({ name }) => names?.includes(name) ?? true));
      return options.suites.flatMap((suite) =>
        samplesOf(options).map((sample) => ({ seed, sample, follower, suite, policies: own })),
      );
    }),
  );
  const cells = await runCells({ ...options, settings, problems, store: options.store ?? forgetfulStore });
  const bootstrapSeed = seedOf(options.problemSeed ?? 0, 'bootstrap');
  const names = options.policies.map(({ name }) => name);
  return { ...assembleResults(cells, { ...options, policies: names, bootstrapSeed }), settings: settingsOf(options) };
}

/** The policies in an order in which each finds what it needs. */
function checked({ suites, followers, policies, seeds }: EvaluateOptions): Policy[] {
  checkAxes({ suites, followers, policies, seeds });
  return inDependencyOrder(policies);
}
