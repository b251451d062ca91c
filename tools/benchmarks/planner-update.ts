/**
 * One leader update over 1024 decisions, on each backend that is named, in this thread and in the learner's own, and how late
 * timers of this thread are meanwhile:
 *
 *   npm run planner-update -w tools/benchmarks -- [wasm] [webgpu] [tensorflow] [cpu] [transformer=MODEL]
 *
 * With `transformer=nano` it is the transformer planner over that model, and not the default one. Last comes how long it takes to make all
 * the decisions once more, wave by wave as episodes do.
 *
 * Episodes are those of the untrained default planner on the embedded suites with the scripted follower. Every number is the
 * median of repeated updates, the first left out.
 */
import { availableParallelism, loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { defaultStrategies, runEpisodes, take, type Provider, type TaskSuite } from '@rsim/core';
import { modelFolder } from '@rsim/follower-adapters';
import { type BackendChoice, useBackend } from '@rsim/lm/backends';
import { ProgramIndex, ScriptedFollower, type Program } from '@rsim/microworld';
import {
  creditEpisodes,
  grpo,
  GruPlanner,
  referenceLogProbabilities,
  transformerPlugin,
  type CreditedEpisode,
  type RewardedEpisode,
  type TrainablePlanner,
  type UpdateSettings,
} from '@rsim/planner';
import { listPrograms, tableQuestions, wordProblems } from '@rsim/tasks';

const decisionsWanted = 1024;
const group = 8;
const repetitions = 9;

const settings: UpdateSettings = {
  ...{ epochs: 1, minibatches: 1, clip: 0.2, learningRate: 1e-4, entropy: 0.01, maxGradientNorm: 1 },
};

/** Groups of rollouts with as many decisions as are wanted, the last group cut. */
async function rollouts(): Promise<readonly (readonly CreditedEpisode[])[]> {
  const programs = new ProgramIndex();
  const suites = [wordProblems(), listPrograms(), tableQuestions()].map((suite) =>
    programs.watch(suite as TaskSuite<Program>),
  );
  const query = { split: 'train', seed: 1 } as const;
  const episodes = await runEpisodes({
    problems: suites.flatMap((suite) => take(suite.problems(query), 12).map((problem) => ({ problem, suite }))),
    samples: group,
    follower: new ScriptedFollower(programs),
    planner: new GruPlanner(defaultStrategies, 1),
    strategySet: defaultStrategies,
    rewards: [],
    ...{ temperature: 1, greedy: false, seed: 1 },
  });
  const groups: RewardedEpisode[][] = [];
  let decisions = 0;
  for (const [index, episode] of episodes.entries()) {
    const made = episode.steps.filter(({ decision }) => decision !== null).length;
    if (decisions + made > decisionsWanted) break;
    decisions += made;
    // Rewards that differ within each group, so that nothing is left out.
    const rewarded = { episode, terms: [{ name: 'turn', score: index % 3, weight: 1 }] };
    if (index % group === 0) groups.push([rewarded]);
    else groups.at(-1)!.push(rewarded);
  }
  return creditEpisodes(groups, grpo).groups;
}

interface Cost {
  readonly seconds: number;
  /** Of the processor, all threads together: what a busy machine changes least. */
  readonly processorSeconds: number;
  /** 99th percentile over all rounds, of the calling thread. */
  readonly delayMilliseconds: number;
}

/** The default planner, or the transformer planner over a model. */
async function open(model: string | undefined, backend: BackendChoice, worker: boolean): Promise<TrainablePlanner> {
  if (model === undefined) return new GruPlanner(defaultStrategies, 1, { backend, worker });
  const { transformer } = transformerPlugin(async (name) => (await modelFolder(name, process.cwd())).path).provides
    .planners as { transformer: Provider<TrainablePlanner> };
  const context = { seed: 1, strategySet: defaultStrategies, configDirectory: process.cwd() };
  return transformer.create(transformer.options.parse({ model, backend, worker }), context);
}

async function costOf(
  planner: TrainablePlanner,
  groups: readonly (readonly CreditedEpisode[])[],
  how: UpdateSettings,
): Promise<Cost> {
  const costs: Omit<Cost, 'delayMilliseconds'>[] = [];
  await planner.update({ groups, settings: how });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  for (let round = 0; round < repetitions; round += 1) {
    const started = performance.now();
    const before = process.cpuUsage();
    await planner.update({ groups, settings: how });
    const { user, system } = process.cpuUsage(before);
    costs.push({ seconds: (performance.now() - started) / 1000, processorSeconds: (user + system) / 1e6 });
  }
  delay.disable();
  const median = (of: (cost: Omit<Cost, 'delayMilliseconds'>) => number) =>
    costs.map(of).sort((a, b) => a - b)[Math.floor(costs.length / 2)]!;
  return {
    seconds: median((cost) => cost.seconds),
    processorSeconds: median((cost) => cost.processorSeconds),
    delayMilliseconds: delay.percentile(99) / 1e6,
  };
}

function shown({ seconds, processorSeconds, delayMilliseconds }: Cost): string {
  const times = `${seconds.toFixed(3)} s (${processorSeconds.toFixed(3)} s of the processor)`;
  return `${times}, delay p99 ${delayMilliseconds.toFixed(1)} ms`;
}

async function decidingCost(
  planner: TrainablePlanner,
  groups: readonly (readonly CreditedEpisode[])[],
): Promise<string> {
  const episodes = groups.flat().map(({ episode }) => episode);
  const started = performance.now();
  const before = process.cpuUsage();
  await referenceLogProbabilities(episodes, planner, defaultStrategies);
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - started) / 1000;
  return `${seconds.toFixed(3)} s (${((user + system) / 1e6).toFixed(3)} s of the processor)`;
}

const words = process.argv.slice(2);
const model = words.find((word) => word.startsWith('transformer='))?.slice('transformer='.length);
const named = words.filter((word) => !word.startsWith('transformer=')) as BackendChoice[];
const backends: readonly BackendChoice[] = named.length > 0 ? named : ['wasm'];
const groups = await rollouts();
const episodes = groups.flat().length;
console.log(`${availableParallelism()} cores, load ${loadavg()[0]!.toFixed(1)}; ${episodes} episodes`);
for (const backend of backends) {
  const { device } = await useBackend(backend);
  for (const worker of [false, true]) {
    const planner = await open(model, backend, worker);
    const { policy } = await planner.update({ groups, settings });
    const once = await costOf(planner, groups, settings);
    const whole = await costOf(planner, groups, { ...settings, epochs: 3, minibatches: 4 });
    console.log(`${backend} (${device}), ${worker ? 'own' : 'this'} thread, ${policy?.decisions} decisions:`);
    console.log(`  one pass, one gradient step:                  ${shown(once)}`);
    console.log(`  as trained: three passes, four steps in each: ${shown(whole)}`);
    if (!worker) console.log(`  deciding:                                     ${await decidingCost(planner, groups)}`);
  }
}
