import type { Episode, Follower, Split, StrategySet, TaskSuite } from '@rsim/core';
import type { CellName } from '../cell.js';
import type { CellStore } from '../cell-store.js';
import { heldOutProblems } from '../held-out-problems.js';
import { plannerPolicy } from '../policies/planner.js';
import type { TrainedPlanner } from '../policies/policy.js';
import { runCell } from '../run-cell.js';
import type { AccuracyMatrix } from './accuracy-matrix.js';

export interface MeasureRowOptions {
  readonly after: string | null;
  readonly trained: TrainedPlanner;
  readonly suites: readonly TaskSuite[];
  readonly follower: Follower;
  readonly strategySet: StrategySet;
  readonly temperature: number;
  readonly split: Split;
  readonly problemsPerSuite: number;
  /** Names the stream of the problems and of the follower's tokens: all rows, methods and seeds meet the same. */
  readonly problemSeed: number;
  /** Where finished cells are kept. */
  readonly store: CellStore;
  /** By suite, the version of whatever else decides the outcomes, the code above all; stored cells of another are run again. */
  readonly versionOf?: (suite: string) => string | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (suite: string, episodes: number) => void;
  readonly onEpisode?: (cell: CellName, episode: Episode) => void;
}

/** One row of the accuracy matrix and the problems it was measured on: the planner, greedily, on every task. */
export async function measureRow(
  options: MeasureRowOptions,
): Promise<{ row: AccuracyMatrix['rows'][number]; problems: AccuracyMatrix['problems'] }> {
  const problems = heldOutProblems(options);
  const policy = plannerPolicy(options.trained);
  const outcomes: Record<string, string> = {};
  const accuracy: Record<string, number> = {};
  for (const suite of options.suites) {
    const cell = await runCell({
      ...options,
      ...{
        suite,
        policy,
        seed: options.problemSeed,
        sample: 0,
        before: new Map(),
        problems: problems.get(suite.name)!,
      },
      onProgress: ({ episodes }) => options.onProgress?.(suite.name, episodes),
    });
    const right = cell.outcomes.map(({ correct }) => (correct ? '1' : '0'));
    outcomes[suite.name] = right.join('');
    accuracy[suite.name] = right.filter((digit) => digit === '1').length / right.length;
  }
  return {
    row: { after: options.after, outcomes, accuracy },
    problems: Object.fromEntries([...problems].map(([name, list]) => [name, list.map(({ key }) => key)])),
  };
}
