import { resolve } from 'node:path';
import { ConfigError, type ContinualMethod } from '@rsim/core';
import {
  readMatrix,
  readResults,
  resultsTable,
  writeResults,
  type AccuracyMatrix,
  type Results,
} from '@rsim/evaluation';
import { isTrained, RunFolder } from '@rsim/tracking';
import { checkTraining } from '../check-training.js';
import { compose, createContinualMethods, type Composition } from '../composition.js';
import { finishedRun } from '../finished-run.js';
import { withUsage } from '../follower-usage.js';
import { Interrupted, onInterrupt } from '../interrupt.js';
import { keptConfig } from '../kept-config.js';
import { loadConfig, type LoadedConfig } from '../load-config.js';
import { openRun } from '../open-run.js';
import type { ConfigOptions } from '../request.js';
import { runContinual } from '../run-continual.js';
import { runEvaluation } from '../run-evaluation.js';
import { runTraining } from '../run-training.js';
import { showMatrices } from '../show-matrices.js';
import { tracked } from '../tracked.js';
import { trainedPlanner } from '../trained-planner.js';
import { withTasks, type TaskOptions } from '../with-tasks.js';

export interface TrainOptions extends ConfigOptions, TaskOptions {
  /** The run folder; the configuration's `output` by default. */
  readonly run?: string;
  /** Goes on with a run: the one in that folder, or, without a folder, the one that would be started. */
  readonly resume?: boolean | string;
  readonly overwrite?: boolean;
  /** What the planner learns on; the configuration's by default. */
  readonly backend?: string;
  /** False with `--no-evaluation`. */
  readonly evaluation: boolean;
}

/** The main job: trains a planner, evaluates it, and leaves everything in the run folder. */
export async function train({ backend, ...given }: TrainOptions): Promise<void> {
  const chosen = backend === undefined ? [] : [`planner.options.backend=${backend}`];
  const options = { ...given, set: [...given.set, ...chosen] };
  const loaded = withTasks(await configOf(options), options);
  if (loaded.config.continual !== undefined) return trainInSequence(loaded, options);
  await using composition = await compose(loaded, {
    ...{ follower: true, planner: true, trackers: true },
    unseenFollowers: options.evaluation,
  });
  await checkUnlessTrained(composition, loaded, options);
  using run = openTrainingRun(loaded, options);
  const work = () => carryOut(composition, run, options);
  const results = await tracked(composition, run, work).catch((error: unknown) => {
    throw withResumeCommand(error, run, options);
  });
  if (results === null) process.stderr.write(`the trained planner is in ${run.checkpoints}\n`);
  else if (options.json) console.log(JSON.stringify(results, null, 2));
  else console.log(`\n${resultsTable(results)}\n\n${run.results}`);
}

/** Task after task with one planner, tried on all of them after each. */
async function trainInSequence(loaded: LoadedConfig, options: TrainOptions): Promise<void> {
  await using composition = await compose(loaded, { follower: true, planner: true, trackers: true });
  const methods = await createContinualMethods(composition.container, loaded);
  await checkUnlessTrained(composition, loaded, options);
  using run = openTrainingRun(loaded, options);
  const work = () => carryOutSequence(composition, run, methods, options);
  const matrix = await tracked(composition, run, work).catch((error: unknown) => {
    throw withResumeCommand(error, run, options);
  });
  if (matrix === null) process.stderr.write(`the trained planner is in ${run.checkpoints}\n`);
  else showMatrices([matrix], options);
}

async function carryOutSequence(
  composition: Composition,
  run: RunFolder,
  methods: readonly ContinualMethod[],
  { evaluation: evaluated }: TrainOptions,
): Promise<AccuracyMatrix | null> {
  if (RunFolder.isFinished(run.path)) return readMatrix(run.path);
  const signal = begin(run);
  const matrix = await withUsage(composition.followers, run, () =>
    runContinual({ composition, run, signal, methods, evaluated }),
  );
  if (matrix !== null) run.journal('finished', spent());
  return matrix;
}

/** Says that the run is under way, here and in its journal. Returns the signal that ends it. */
function begin(run: RunFolder): AbortSignal {
  process.stderr.write(`${run.resumed ? 'going on with' : 'starting'} the run in ${run.path}\n`);
  run.journal(run.resumed ? 'resumed' : 'started');
  return onInterrupt((message) => process.stderr.write(`\n${message}\n`));
}

function withResumeCommand(error: unknown, run: RunFolder, options: TrainOptions): unknown {
  if (!(error instanceof Interrupted)) return error;
  return new Interrupted(`${error.message}; go on with: ${resumeCommand(run.path, options)}`);
}

async function carryOut(composition: Composition, run: RunFolder, options: TrainOptions): Promise<Results | null> {
  if (RunFolder.isFinished(run.path)) return readResults(run.results);
  const signal = begin(run);
  const results = await withUsage(composition.followers, run, async () => {
    await runTraining({ composition, run, signal });
    if (!options.evaluation) return null;
    const trained = await trainedPlanner(composition, [finishedRun(run.path)]);
    return runEvaluation({ composition, run, trained, signal });
  });
  if (results === null) return null;
  await writeResults(run.results, results);
  run.journal('finished', spent());
  return results;
}

/** What this process took; a run that was resumed had others before. */
function spent(): Record<string, number> {
  return { seconds: process.uptime(), peakMemoryBytes: 1024 * process.resourceUsage().maxRSS };
}

/** A run that is named to go on with says itself how it was configured. */
async function configOf(options: TrainOptions): Promise<LoadedConfig> {
  const folder = resumedFolder(options);
  if (folder === undefined) return withStart(await loadConfig(options.config, options.set));
  if (options.config === undefined && options.set.length === 0 && options.run === undefined) return keptConfig(folder);
  throw new ConfigError('a run that is gone on with keeps its folder and its configuration', {
    remedy: `Give nothing but: ${resumeCommand(folder, options)}.`,
  });
}

/** The run to start from by its absolute path, so that a resumed run finds it from anywhere. */
function withStart({ config, directory }: LoadedConfig): LoadedConfig {
  const { startFrom } = config.training;
  if (startFrom === undefined) return { config, directory };
  return {
    directory,
    config: { ...config, training: { ...config.training, startFrom: resolve(directory, startFrom) } },
  };
}

function openTrainingRun(loaded: LoadedConfig, options: TrainOptions): RunFolder {
  const { resume, overwrite } = options;
  return openRun(folderOf(loaded, options), loaded, { resume: Boolean(resume), overwrite });
}

function folderOf(loaded: LoadedConfig, options: TrainOptions): string {
  return resumedFolder(options) ?? options.run ?? loaded.config.output;
}

/** What is left of a trained run needs nothing that learning needs, e.g. a graphics processor. */
async function checkUnlessTrained(
  composition: Composition,
  loaded: LoadedConfig,
  options: TrainOptions,
): Promise<void> {
  const keeps = Boolean(options.resume) && options.overwrite !== true;
  if (!(keeps && isTrained(folderOf(loaded, options)))) await checkTraining(composition);
}

function resumedFolder({ resume }: TrainOptions): string | undefined {
  return typeof resume === 'string' ? resume : undefined;
}

function resumeCommand(folder: string, { evaluation }: TrainOptions): string {
  return `rsim train --resume ${folder}${evaluation ? '' : ' --no-evaluation'}`;
}
