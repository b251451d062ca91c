import { applyOverrides, type RsimConfig } from '@rsim/core';
import { resultsMarkdown, resultsTable, writeResults, type Results } from '@rsim/evaluation';
import { compose } from '../composition.js';
import { finishedRun, refuseStrangers, type FinishedRun } from '../finished-run.js';
import { withUsage } from '../follower-usage.js';
import { onInterrupt } from '../interrupt.js';
import { openRun } from '../open-run.js';
import type { CommonOptions } from '../request.js';
import { runEvaluation } from '../run-evaluation.js';
import { tracked } from '../tracked.js';
import { takeUpTrainedFollower } from '../trained-follower.js';
import { trainedPlanner } from '../trained-planner.js';
import { writeAskedFile } from '../write-asked-file.js';

export interface EvalOptions extends CommonOptions {
  readonly set: readonly string[];
  readonly output?: string;
  readonly markdown?: string;
}

/** Evaluates the planners of finished runs with the runs' configuration, or with parts of it overridden. */
export async function evaluate({ json, markdown, output, set }: EvalOptions, paths: readonly string[]): Promise<void> {
  const runs = paths.map(finishedRun);
  refuseStrangers(runs);
  const [first] = runs as [FinishedRun];
  const { directory } = first.loaded;
  const config = applyOverrides(withSeeds(first.loaded.config, runs), set);
  await using composition = await compose(
    { config, directory },
    {
      ...{ follower: true, unseenFollowers: true, trackers: true },
    },
  );
  const trained = await trainedPlanner(composition, runs);
  await takeUpTrainedFollower(composition, runs);
  // Finished cells and schedules are kept in the first run.
  using run = openRun(first.path, first.loaded, { resume: true });
  const signal = onInterrupt((message) => process.stderr.write(`\n${message}\n`));
  // A run's own results are those of its own configuration.
  const file = output ?? (set.length === 0 && runs.length === 1 ? run.results : null);
  const work = async (): Promise<Results> => {
    const results = await withUsage(composition.followers, run, () =>
      runEvaluation({ composition, run, trained, signal }),
    );
    if (file !== null) await writeResults(file, results);
    return results;
  };
  const results = await (file === run.results ? tracked(composition, run, work) : work());
  if (markdown !== undefined) writeAskedFile(markdown, `${resultsMarkdown(results)}\n`, '--markdown');
  console.log(
    json ? JSON.stringify(results, null, 2) : `\n${resultsTable(results)}\n${file === null ? '' : `\n${file}`}`,
  );
}

/** Several runs are evaluated with their own seeds. */
function withSeeds(config: RsimConfig, runs: readonly FinishedRun[]): RsimConfig {
  if (runs.length === 1) return config;
  return { ...config, evaluation: { ...config.evaluation, seeds: runs.map(({ loaded }) => loaded.config.seed) } };
}
