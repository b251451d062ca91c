/**
 * What an iteration of training spends on rollouts and on learning, and how late timers of the main thread are while it learns:
 *
 *   npm run training-iteration -w tools/benchmarks -- [MODEL] [leader] [joint] [joint-one-thread]
 *
 * 64 episodes of 8 steps, the follower `small` by default, updates as they are by default. Numbers are medians over iterations, the first
 * left out. In `joint-one-thread` the follower learns in the main thread, after the leader.
 */
import { availableParallelism, loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { defaultStrategies, type Episode, type TaskSuite } from '@rsim/core';
import { loadEmbeddedModel, TfjsFollower } from '@rsim/follower-adapters';
import { GruPlanner, trainPlanner } from '@rsim/planner';
import { listPrograms, tableQuestions, wordProblems } from '@rsim/tasks';

const kinds = ['leader', 'joint', 'joint-one-thread'];
const asked = process.argv.slice(2);
const iterations = 6;
const model = await loadEmbeddedModel(asked.find((word) => !kinds.includes(word)) ?? 'small');
const suites = [wordProblems(), listPrograms(), tableQuestions()].map((suite) => ({ suite: withSteps(suite, 8) }));

/** The suite with room for so many steps. */
function withSteps(suite: TaskSuite, steps: number): TaskSuite {
  const { name, title, domain, levels, budget } = suite;
  return {
    ...{ name, title, domain, levels, budget: { ...budget, steps } },
    problems: (query) => suite.problems(query),
    verify: (problem, text) => suite.verify(problem, text),
    goldText: (problem) => suite.goldText(problem),
  };
}

/** Differs in every group, so that nothing is left out. */
const terms = ({ steps }: Episode) => {
  const score = steps.flatMap(({ logProbabilities }) => logProbabilities).reduce((sum, value) => sum + value, 0);
  return [{ name: 'likelihood', score, weight: 1 }];
};

const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[values.length >> 1] ?? NaN;

/** Seconds of the processor, of all threads together: what a loaded machine changes least. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function measure(kind: string): Promise<void> {
  await using follower = await TfjsFollower.create(model, { learnerThread: kind !== 'joint-one-thread' });
  const planner = new GruPlanner(defaultStrategies, 1);
  // Hardly ever chosen, so that episodes are ended by their steps.
  planner.weights['output.bias']![defaultStrategies.strategies.findIndex(({ id }) => id === 'termination')] = -6;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const [rolled, learned]: [number[], number[]] = [[], []];
  let [began, turned] = [processorSeconds(), 0];
  // Learning begins with the leader's update, in all kinds.
  const update = planner.update.bind(planner);
  planner.update = (batch) => {
    turned = processorSeconds();
    delay.enable();
    return update(batch);
  };
  const records: {
    steps: number;
    seconds: { episodes: number; update: number; followerUpdate: number; learning: number };
  }[] = [];
  await trainPlanner({
    ...{
      stage: kind,
      seed: 1,
      planner,
      follower,
      suites,
      strategySet: defaultStrategies,
      rewards: [],
      leaderTerms: terms,
    },
    ...(kind === 'leader' ? {} : { followerRole: { follower, terms, settings: {} } }),
    settings: { iterations, mode: kind === 'leader' ? 'leader' : 'joint', problemsPerIteration: 8, group: 8 },
    onIteration: (record) => {
      delay.disable();
      const now = processorSeconds();
      if (record.iteration === 1) delay.reset();
      else {
        records.push(record);
        rolled.push(turned - began);
        learned.push(now - turned);
      }
      began = now;
    },
  });
  const of = (name: 'episodes' | 'update' | 'followerUpdate' | 'learning') =>
    median(records.map(({ seconds }) => seconds[name]));
  const share = median(records.map(({ seconds: { episodes, learning } }) => episodes / (episodes + learning)));
  const work = median(rolled.map((seconds, index) => seconds / (seconds + learned[index]!)));
  console.log(
    `${kind}: ${median(records.map(({ steps }) => steps)).toFixed(1)} steps, load ${loadavg()[0]!.toFixed(1)}`,
  );
  console.log(
    `  rollouts ${of('episodes').toFixed(2)} s, ${(100 * share).toFixed(0)} % of the time, ${(100 * work).toFixed(0)} % of the work`,
  );
  console.log(
    `  learning ${of('learning').toFixed(2)} s: leader ${of('update').toFixed(2)} s, follower ${of('followerUpdate').toFixed(2)} s; ` +
      `timers late by ${(delay.percentile(99) / 1e6).toFixed(1)} ms (p99)`,
  );
}

console.log(`${model.name}, ${model.parameters} parameters, 64 episodes, ${availableParallelism()} cores`);
const wanted = asked.filter((word) => kinds.includes(word));
for (const kind of wanted.length > 0 ? wanted : kinds) await measure(kind);
