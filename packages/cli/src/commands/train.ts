import { readResults, resultsTable, writeResults, type Results } from '@rsim/evaluation';
import { RunFolder } from '@rsim/tracking';
import { compose, type Composition } from '../composition.js';
import { finishedRun } from '../finished-run.js';
import { Interrupted, onInterrupt } from '../interrupt.js';
import { loadConfig, type LoadedConfig } from '../load-config.js';
import { openRun, type OpenRunOptions } from '../open-run.js';
import type { CommonOptions, ConfigOptions } from '../request.js';
import { runEvaluation } from '../run-evaluation.js';
import { runTraining } from '../run-training.js';
import { tracked } from '../tracked.js';
import { trainedPlanner } from '../trained-planner.js';

export interface TrainingOptions extends OpenRunOptions, CommonOptions {
  /** False with `--no-evaluation`. */
  readonly evaluation: boolean;
}

export interface TrainOptions extends TrainingOptions, ConfigOptions {
  /** The run folder; the configuration's `output` by default. */
  readonly run?: string;
}

/** The main job: trains a planner, evaluates it, and leaves everything in the run folder. */
export async function train(options: TrainOptions): Promise<void> {
  const loaded = await loadConfig(options.config, options.set);
  await trainIn(options.run ?? loaded.config.output, loaded, options);
}

/** The same with a configuration that is loaded. */
export async function trainIn(path: string, loaded: LoadedConfig, options: TrainingOptions): Promise<void> {
  await using composition = await compose(loaded, {
    ...{ follower: true, planner: true, trackers: true },
    unseenFollowers: options.evaluation,
  });
  using run = openRun(path, loaded, options);
  const work = () => carryOut(composition, run, options);
  const results = await tracked(composition, run, work).catch((error: unknown) => {
    if (error instanceof Interrupted)
      throw new Interrupted(`${error.message}; go on with: ${resumeCommand(run, options)}`);
    throw error;
  });
  if (results === null) process.stderr.write(`the trained planner is in ${run.checkpoints}\n`);
  else if (options.json) console.log(JSON.stringify(results, null, 2));
  else console.log(`\n${resultsTable(results)}\n\n${run.results}`);
}

async function carryOut(composition: Composition, run: RunFolder, options: TrainingOptions): Promise<Results | null> {
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

function resumeCommand(run: RunFolder, { evaluation }: TrainingOptions): string {
  return `rsim runs resume ${run.path}${evaluation ? '' : ' --no-evaluation'}`;
}
