import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { applyOverrides, CheckpointError, parseConfig, TOKENS } from '@rsim/core';
import { resultsTable } from '@rsim/evaluation';
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
  const config = applyOverrides(own, set);
  const checkpoint = join(path, 'checkpoints', trainedFolder);
  if (!existsSync(checkpoint)) {
    throw new CheckpointError(`the run in ${resolve(path)} has no trained planner yet`, {
      remedy: `Finish it first: rsim train --resume --run ${path}.`,
      code: 'checkpoint-missing',
    });
  }
  await using composition = await compose(
    { config, directory: process.cwd() },
    { follower: true, unseenFollowers: true, planner: true },
  );
  const { container } = composition;
  const planner = trainable(container.resolve(TOKENS.planner));
  await planner.load(checkpoint);
  using run = openRun(path, own, { resume: true });
  const trained = await trainedPlanner(planner, container.resolve(TOKENS.follower).name, run);
  const signal = onInterrupt((message) => process.stderr.write(`\n${message}\n`));
  const results = await runEvaluation({ composition, run, trained, signal, output });
  console.log(json ? JSON.stringify(results, null, 2) : `\n${resultsTable(results)}\n\n${output ?? run.results}`);
}
