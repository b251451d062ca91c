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
import { commandWord } from '../command-word.js';
import { compose, createContinualMethods, type Composition } from '../composition.js';
import { finishedRun } from '../finished-run.js';
import { withUsage } from '../follower-usage.js';
import { Interrupted, onInterrupt } from '../interrupt.js';
import { keptConfig } from '../kept-config.js';
import { loadConfig, type LoadedConfig } from '../load-config.js';
import { openRun } from '../open-run.js';
import { changedDevices, learningLine, type LearningDevices } from '../learning-devices.js';
import type { ConfigOptions } from '../request.js';
import { runContinual } from '../run-continual.js';
import { runEvaluation } from '../run-evaluation.js';
import { runTraining } from '../run-training.js';
import { showMatrices } from '../show-matrices.js';
import { tracked } from '../tracked.js';
import { trainedPlanner } from '../trained-planner.js';
import { withBackend } from '../with-backend.js';
import { withTasks, type TaskOptions } from '../with-tasks.js';

export interface TrainOptions extends ConfigOptions, TaskOptions {
  /** The run folder; the configuration's `output` by default. */
  readonly run?: string;
  /** Goes on with a run: the one in that folder, or, without a folder, the one that would be started. */
  readonly resume?: boolean | string;
  readonly overwrite?: boolean;
  /** What leader and follower learn on; the configuration's by default. */
  readonly backend?: string;
  /** False with `--no-evaluation`. */
  readonly evaluation: boolean;
}

/** The main job: trains a planner, evaluates it, and leaves everything in the run folder. */
export async function train(options: TrainOptions): Promise<void> {
  const loaded = await withBackend(withTasks(await configOf(options), options), options.backend);
  if (loaded.config.continual !== undefined) return trainInSequence(loaded, options);
  await using composition = await compose(loaded, {
    ...{ follower: true, planner: true, trackers: true },
    unseenFollowers: options.evaluation,
  });
  const { run: opened, learning } = await openTrainingRun(composition, loaded, options);
  using run = opened;
  const work = () => carryOut({ composition, run, learning }, options);
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
  const { run: opened, learning } = await openTrainingRun(composition, loaded, options);
  using run = opened;
  const work = () => carryOutSequence({ composition, run, learning }, methods, options);
  const matrix = await tracked(composition, run, work).catch((error: unknown) => {
    throw withResumeCommand(error, run, options);
  });
  if (matrix === null) process.stderr.write(`the trained planner is in ${run.checkpoints}\n`);
  else showMatrices([matrix], options);
}

async function carryOutSequence(
  { composition, run, learning }: StartedRun,
  methods: readonly ContinualMethod[],
  { evaluation: evaluated }: TrainOptions,
): Promise<AccuracyMatrix | null> {
  if (RunFolder.isFinished(run.path)) return readMatrix(run.path);
  const signal = begin(run, learning);
  const matrix = await withUsage(composition.followers, run, () =>
    runContinual({ composition, run, signal, methods, evaluated }),
  );
  if (matrix !== null) run.journal('finished', spent());
  return matrix;
}

/** Says that the run is under way, here and in its journal. Returns the signal that ends it. */
function begin(run: RunFolder, learning: LearningDevices): AbortSignal {
  process.stderr.write(`${run.resumed ? 'going on with' : 'starting'} the run in ${run.path}\n`);
  const line = learningLine(learning);
  if (line !== null) process.stderr.write(`${line}\n`);
  for (const warning of changedDevices(RunFolder.readJournal(run.path), learning)) {
    process.stderr.write(`warning: ${warning}\n`);
  }
  run.journal(run.resumed ? 'resumed' : 'started', { learning });
  return onInterrupt((message) => process.stderr.write(`\n${message}\n`));
}

function withResumeCommand(error: unknown, run: RunFolder, options: TrainOptions): unknown {
  if (!(error instanceof Interrupted)) return error;
  return new Interrupted(`${error.message}; go on with: ${resumeCommand(run.path, options)}`);
}

async function carryOut({ composition, run, learning }: StartedRun, options: TrainOptions): Promise<Results | null> {
  if (RunFolder.isFinished(run.path)) return readResults(run.results);
  const signal = begin(run, learning);
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
  const { config, set, run, backend } = options;
  if (set.length === 0 && [config, run, backend].every((given) => given === undefined)) return keptConfig(folder);
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

interface StartedRun {
  readonly composition: Composition;
  readonly run: RunFolder;
  readonly learning: LearningDevices;
}

async function openTrainingRun(
  composition: Composition,
  loaded: LoadedConfig,
  options: TrainOptions,
): Promise<Pick<StartedRun, 'run' | 'learning'>> {
  const folder = resumedFolder(options) ?? options.run ?? loaded.config.output;
  const resume = Boolean(options.resume);
  // What is left of a trained run needs nothing that learning needs, e.g. a graphics processor; it keeps saying what it learned on.
  const isKept = resume && options.overwrite !== true && isTrained(folder);
  const learning = isKept ? (RunFolder.readEnvironment(folder)?.learning ?? {}) : await checkTraining(composition);
  return { run: openRun(folder, loaded, { resume, overwrite: options.overwrite, learning }), learning };
}

function resumedFolder({ resume }: TrainOptions): string | undefined {
  return typeof resume === 'string' ? resume : undefined;
}

function resumeCommand(folder: string, { evaluation }: TrainOptions): string {
  return `rsim train --resume ${commandWord(folder)}${evaluation ? '' : ' --no-evaluation'}`;
}
