import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, TOKENS, type ContinualMethod, type RsimConfig, type TaskSuite } from '@rsim/core';
import { CellFolder, matrixFile, measureRow, type AccuracyMatrix } from '@rsim/evaluation';
import { ContinualPlanner, trainTasks, type TaskStep, type TrainablePlanner } from '@rsim/planner';
import { versionsWithin } from './cell-versions.js';
import { heading, Progress } from './progress.js';
import { imitationStage, stage, trainable, trainedFolder, type TrainingRun } from './run-training.js';
import { scriptedWorld } from './scripted-world.js';
import { WholeProgress, type PartProgress, type WorkPart } from './whole-progress.js';

export interface ContinualRun extends TrainingRun {
  /** What is done against forgetting. */
  readonly methods: readonly ContinualMethod[];
  /** Whether the planner is tried on all tasks after each. */
  readonly evaluated: boolean;
}

/**
 * Trains one planner on the tasks in the order that the configuration says, each with its own warm start, and tries it on
 * all of them before the first and after each. Goes on where a run was stopped: with the iteration of the stage that was
 * under way, or the cell of the matrix.
 *
 * @returns the accuracy matrix, which is also written to the run folder row by row; `null` when nothing is evaluated.
 * @throws Interrupted when the signal ended it.
 */
export async function runContinual(continual: ContinualRun): Promise<AccuracyMatrix | null> {
  const { composition, run, methods } = continual;
  const { container } = composition;
  const planner = new ContinualPlanner(trainable(container.resolve(TOKENS.planner)), methods);
  const whole = new WholeProgress({
    parts: partsOf(continual),
    keep: (state) => run.journal('progress', { ...state }),
  });
  const steps = plansOf(continual).map((plan): TaskStep => ({
    name: plan.task,
    train: (trained) => trainStep(continual, trained, plan, whole),
  }));
  let matrix = emptyMatrix(continual, planner.method);
  await trainTasks({
    ...{ planner, steps, folder: join(run.checkpoints, 'tasks') },
    onRefused: (error) => process.stderr.write(`warning: ${error.message}; its step is done again\n`),
    onStep: async (done, saved) => {
      if (!continual.evaluated) return;
      const after = steps[done - 1]?.name ?? null;
      const { row, problems } = await rowOf(continual, planner, saved, after, whole.part(rowName(done)));
      matrix = { ...matrix, problems, rows: [...matrix.rows, row] };
      run.write(matrixFile, matrix);
      run.journal('task', { done, after, accuracy: row.accuracy });
    },
  });
  await planner.saveLeader(join(run.checkpoints, trainedFolder));
  return continual.evaluated ? matrix : null;
}

function emptyMatrix({ composition: { container } }: ContinualRun, method: string): AccuracyMatrix {
  const { seed, continual } = settingsOf(container.resolve(TOKENS.config));
  return {
    schema: 'rsim.continual/1',
    ...{ order: continual.order, method, seed, split: continual.split },
    follower: container.resolve(TOKENS.follower).name,
    tasks: container.resolve(TOKENS.suites).map(({ name }) => name),
    problems: {},
    rows: [],
  };
}

function settingsOf(config: RsimConfig) {
  if (config.continual === undefined) {
    throw new ConfigError('the configuration has no section "continual"', { remedy: 'Pass --sequential.' });
  }
  return { ...config, continual: config.continual };
}

interface StepPlan {
  /** From 1. */
  readonly number: number;
  /** What is learned, as the accuracy matrix names it. */
  readonly task: string;
  readonly suites: readonly TaskSuite[];
  /** Iterations of each stage, as a multiple of the configured ones. */
  readonly times: number;
}

/** What is trained on one after the other, and how much longer than one task each takes. */
function plansOf({ composition: { container } }: ContinualRun): StepPlan[] {
  const suites = container.resolve(TOKENS.suites);
  const { order } = settingsOf(container.resolve(TOKENS.config)).continual;
  if (order === 'joint') return [{ number: 1, task: 'all tasks', suites, times: suites.length }];
  return suites.map((suite, index) => ({
    ...{ number: index + 1, task: suite.name, times: 1 },
    suites: order === 'curriculum' ? suites.slice(0, index + 1) : [suite],
  }));
}

/** Names a stage of a step in checkpoints, random streams and journal. */
function stageName({ number, task }: StepPlan, stage: 'stage0' | 'real'): string {
  return `${number}-${task}-${stage}`;
}

function rowName(done: number): string {
  return `all tasks after ${done}`;
}

/** All parts of the sequence, in the order in which they are done. */
function partsOf(continual: ContinualRun): WorkPart[] {
  const { container } = continual.composition;
  const { training, continual: settings } = settingsOf(container.resolve(TOKENS.config));
  const plans = plansOf(continual);
  const tried = settings.problems * container.resolve(TOKENS.suites).length;
  const row = (done: number): WorkPart[] =>
    continual.evaluated ? [{ name: rowName(done), kind: 'row', episodes: tried }] : [];
  const stages = (plan: StepPlan): WorkPart[] => {
    const part = (
      kind: 'stage0' | 'real',
      { iterations, problemsPerIteration, group }: typeof training.stage0 | typeof training,
    ) => ({
      ...{ name: stageName(plan, kind), kind },
      episodes: plan.times * iterations * problemsPerIteration * group,
    });
    return [
      ...(training.stage0.kind.endsWith('scripted') ? [part('stage0', training.stage0)] : []),
      part('real', training),
    ];
  };
  return [...row(0), ...plans.flatMap((plan, index) => [...stages(plan), ...row(index + 1)])];
}

/**
 * The warm start, if any, and real episodes. The oracle is imitated in the first step only, where there is nothing to forget
 * yet: methods act on updates from episodes of the planner's own.
 */
async function trainStep(
  continual: ContinualRun,
  planner: TrainablePlanner,
  plan: StepPlan,
  whole: WholeProgress,
): Promise<void> {
  const { number, suites, times } = plan;
  const { container } = continual.composition;
  const {
    stage0,
    stage2: _stage2,
    startFrom: _startFrom,
    estimator: _estimator,
    checkpointEvery: _checkpointEvery,
    ...settings
  } = container.resolve(TOKENS.config).training;
  heading(`task ${number}: ${suites.map((suite) => suite.name).join(', ')}`);
  const imitate = async () => {
    if (number === 1 && stage0.kind.startsWith('imitation')) await imitationStage(continual, planner, suites);
  };
  const warmUp = async () => {
    if (!stage0.kind.endsWith('scripted')) return imitate();
    const { kind: _kind, episodes: _episodes, estimator: _credit, ...learner } = stage0;
    const world = scriptedWorld(suites);
    await stage(continual, planner, {
      ...{
        stage: stageName(plan, 'stage0'),
        within: whole.part(stageName(plan, 'stage0')),
        credit: 'stage0',
        label: 'warm start on the scripted follower',
      },
      ...{ follower: world.follower, suites: world.suites, begin: imitate },
      settings: { ...learner, iterations: times * learner.iterations },
    });
  };
  await stage(continual, planner, {
    ...{
      stage: stageName(plan, 'real'),
      within: whole.part(stageName(plan, 'real')),
      label: 'training on real episodes',
    },
    ...{ follower: container.resolve(TOKENS.follower), suites, begin: warmUp },
    settings: { ...settings, iterations: times * settings.iterations },
  });
}

async function rowOf(
  { composition, run, signal }: ContinualRun,
  planner: ContinualPlanner,
  saved: string,
  after: string | null,
  within: PartProgress,
) {
  const { container } = composition;
  const { temperature, continual } = settingsOf(container.resolve(TOKENS.config));
  const suites = container.resolve(TOKENS.suites);
  const follower = container.resolve(TOKENS.follower);
  const { split, problems, problemSeed } = continual;
  const label = after === null ? 'all tasks before training' : `all tasks after ${after}`;
  const progress = new Progress({ label, within, total: suites.length * problems, unit: 'episodes' });
  const measured = await measureRow({
    ...{ after, suites, follower, temperature, split, problemSeed, signal, problemsPerSuite: problems },
    trained: { planner, trainedOn: follower.name, fingerprint: await hashOf(saved) },
    strategySet: container.resolve(TOKENS.strategySet),
    store: new CellFolder(run.cells),
    versionOf: versionsWithin(composition, run),
    onProgress: (suite, episodes) => {
      progress.update(suites.findIndex(({ name }) => name === suite) * problems + episodes, suite);
    },
  });
  const shown = suites.map(({ name }) => `${name} ${(100 * measured.row.accuracy[name]!).toFixed(1)}`);
  progress.finish(`${shown.join(' · ')} %`);
  return measured;
}

/** Tells planners of one run apart: the hash of what is kept of one. */
async function hashOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { withFileTypes: true });
  for (const name of entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).sort()) {
    hash.update(await readFile(join(folder, name)));
  }
  return hash.digest('hex');
}
