import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { applyOverrides, CheckpointError, parseConfig, TOKENS } from '@rsim/core';
import { resultsTable, writeResults } from '@rsim/evaluation';
import { RunFolder } from '@rsim/tracking';
import { compose } from '../composition.js';
import { onInterrupt } from '../interrupt.js';
import { openRun } from '../open-run.js';
import type { CommonOptions } from '../request.js';
import { runEvaluation } from '../run-evaluation.js';
import { trainable, trainedFolder } from '../run-training.js';
import { trainedPlanner } from '../trained-planner.js';

export interface EvalOptions extends CommonOptions {
  readonly set: readonly string[];
  readonly output?: string;
}

/** Evaluates the planner of a run with the run's configuration, or with parts of it overridden. */
export async function evaluate({ json, output, set }: EvalOptions, path: string): Promise<void> {
  const own = parseConfig(RunFolder.readConfig(path), join(path, 'config.json'));
  const directory = RunFolder.readEnvironment(path)?.configDirectory ?? process.cwd();
  const checkpoint = join(path, 'checkpoints', trainedFolder);
  if (!existsSync(checkpoint)) {
    throw new CheckpointError(`the run in ${resolve(path)} has no trained planner yet`, {
      remedy: `Finish it first: rsim train --resume --run ${path}.`,
      code: 'checkpoint-missing',
    });
  }
  await using composition = await compose(
    { config: applyOverrides(own, set), directory },
    { follower: true, unseenFollowers: true, planner: true },
  );
  const { container } = composition;
  const planner = trainable(container.resolve(TOKENS.planner));
  await planner.load(checkpoint);
  using run = openRun(path, { config: own, directory }, { resume: true });
  const trained = await trainedPlanner(planner, container.resolve(TOKENS.follower).name, run);
  const signal = onInterrupt((message) => process.stderr.write(`\n${message}\n`));
  // The run's own results are those of its own configuration.
  const file = output ?? (set.length === 0 ? run.results : null);
  const results = await runEvaluation({ composition, run, trained, signal });
  if (file !== null) await writeResults(file, results);
  console.log(
    json ? JSON.stringify(results, null, 2) : `\n${resultsTable(results)}\n${file === null ? '' : `\n${file}`}`,
  );
}
