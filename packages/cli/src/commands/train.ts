import { readResults, resultsTable, writeResults, type Results } from '@rsim/evaluation';
import { RunFolder } from '@rsim/tracking';
import { compose, type Composition } from '../composition.js';
import { finishedRun } from '../finished-run.js';
import { Interrupted, onInterrupt } from '../interrupt.js';
import { loadConfig } from '../load-config.js';
import { openRun } from '../open-run.js';
import type { ConfigOptions } from '../request.js';
import { runEvaluation } from '../run-evaluation.js';
import { runTraining } from '../run-training.js';
import { trainedPlanner } from '../trained-planner.js';

export interface TrainOptions extends ConfigOptions {
  /** The run folder; the configuration's `output` by default. */
  readonly run?: string;
  readonly resume?: boolean;
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
  const loaded = await loadConfig(options.config, options.set);
  await using composition = await compose(loaded, {
    ...{ follower: true, planner: true },
    unseenFollowers: options.evaluation,
  });
  using run = openRun(options.run ?? loaded.config.output, loaded, options);
  const results = await carryOut(composition, run, options).catch((error: unknown) => {
    if (error instanceof Interrupted)
      throw new Interrupted(`${error.message}; go on with: ${resumeCommand(run, options)}`);
    throw error;
  });
  if (results === null) process.stderr.write(`the trained planner is in ${run.checkpoints}\n`);
  else if (options.json) console.log(JSON.stringify(results, null, 2));
  else console.log(`\n${resultsTable(results)}\n\n${run.results}`);
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

function resumeCommand(run: RunFolder, { config, set, evaluation }: TrainOptions): string {
  const words = ['rsim train --resume', `--run ${run.path}`];
  if (config !== undefined) words.push(`--config ${config}`);
  for (const setting of set) words.push(`--set '${setting}'`);
  if (!evaluation) words.push('--no-evaluation');
  return words.join(' ');
}
