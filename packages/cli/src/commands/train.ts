import { readResults, resultsTable, writeResults, type Results } from '@rsim/evaluation';
import { RunFolder } from '@rsim/tracking';
import { compose, type Composition } from '../composition.js';
import { finishedRun } from '../finished-run.js';
import { Interrupted, onInterrupt } from '../interrupt.js';
import { loadConfig, type LoadedConfig } from '../load-config.js';
import { openRun } from '../open-run.js';
import type { ConfigOptions } from '../request.js';
import { runContinual } from '../run-continual.js';
import { runEvaluation } from '../run-evaluation.js';
import { runTraining } from '../run-training.js';
import { showMatrices } from '../show-matrices.js';
import { trainedPlanner } from '../trained-planner.js';
import { taskWords, withTasks, type TaskOptions } from '../with-tasks.js';

export interface TrainOptions extends ConfigOptions, TaskOptions {
  /** The run folder; the configuration's `output` by default. */
  readonly run?: string;
  readonly resume?: boolean;
  readonly overwrite?: boolean;
  /** False with `--no-evaluation`. */
  readonly evaluation: boolean;
}

/** The main job: trains a planner, evaluates it, and leaves everything in the run folder. */
export async function train(options: TrainOptions): Promise<void> {
  const loaded = withTasks(await loadConfig(options.config, options.set), options);
  if (loaded.config.continual !== undefined) return trainInSequence(loaded, options);
  await using composition = await compose(loaded, {
    ...{ follower: true, planner: true },
    unseenFollowers: options.evaluation,
  });
  using run = openRun(options.run ?? loaded.config.output, loaded, options);
  const results = await carryOut(composition, run, options).catch((error: unknown) => {
    throw withResumeCommand(error, run, options);
  });
  if (results === null) process.stderr.write(`the trained planner is in ${run.checkpoints}\n`);
  else if (options.json) console.log(JSON.stringify(results, null, 2));
  else console.log(`\n${resultsTable(results)}\n\n${run.results}`);
}

/** Task after task with one planner, tried on all of them after each. */
async function trainInSequence(loaded: LoadedConfig, options: TrainOptions): Promise<void> {
  await using composition = await compose(loaded, { follower: true, planner: true });
  using run = openRun(options.run ?? loaded.config.output, loaded, options);
  process.stderr.write(`${run.resumed ? 'going on with' : 'starting'} the run in ${run.path}\n`);
  run.journal(run.resumed ? 'resumed' : 'started');
  const signal = onInterrupt((message) => process.stderr.write(`\n${message}\n`));
  const evaluated = options.evaluation;
  const matrix = await runContinual({ composition, run, signal, loaded, evaluated }).catch((error: unknown) => {
    throw withResumeCommand(error, run, options);
  });
  if (matrix === null) process.stderr.write(`the trained planner is in ${run.checkpoints}\n`);
  else showMatrices([matrix], options);
}

function withResumeCommand(error: unknown, run: RunFolder, options: TrainOptions): unknown {
  if (!(error instanceof Interrupted)) return error;
  return new Interrupted(`${error.message}; go on with: ${resumeCommand(run, options)}`);
}

async function carryOut(composition: Composition, run: RunFolder, options: TrainOptions): Promise<Results | null> {
  if (RunFolder.isFinished(run.path)) return readResults(run.results);
  process.stderr.write(`${run.resumed ? 'going on with' : 'starting'} the run in ${run.path}\n`);
  run.journal(run.resumed ? 'resumed' : 'started');
  const signal = onInterrupt((message) => process.stderr.write(`\n${message}\n`));
  await runTraining({ composition, run, signal });
  if (!options.evaluation) return null;
  const trained = await trainedPlanner(composition, [finishedRun(run.path)]);
  const results = await runEvaluation({ composition, run, trained, signal });
  await writeResults(run.results, results);
  run.journal('finished', spent());
  return results;
}

/** What this process took; a run that was resumed had others before. */
function spent(): Record<string, number> {
  return { seconds: process.uptime(), peakMemoryBytes: 1024 * process.resourceUsage().maxRSS };
}

function resumeCommand(run: RunFolder, options: TrainOptions): string {
  const { config, set, evaluation } = options;
  const words = ['rsim train --resume', `--run ${run.path}`];
  if (config !== undefined) words.push(`--config ${config}`);
  for (const setting of set) words.push(`--set '${setting}'`);
  words.push(...taskWords(options));
  if (!evaluation) words.push('--no-evaluation');
  return words.join(' ');
}
