import { appendFile, cp, mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckpointError, Episode, EpisodeEstimator, Follower } from '@rsim/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gae } from './advantages/gae.js';
import { reinforcePlusPlus } from './advantages/reinforce-plus-plus.js';
import { GruPlanner } from './gru-planner.js';
import { accuracyOf, toyEpisodes, toyPlanner, toyStrategies, trainToy } from './testing/toy-training.js';
import { ToyFollower, toySuite } from './testing/toy-world.js';
import type { TrainablePlanner } from './trainable-planner.js';
import type { SkippedUpdate } from './train-planner.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-planner-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** All that a planner keeps, as bytes. */
async function savedBytes(planner: TrainablePlanner): Promise<Buffer> {
  const target = join(folder, 'compared');
  await planner.save(target);
  const bytes = await readFile(join(target, 'planner.safetensors'));
  await rm(target, { recursive: true });
  return bytes;
}

/** How often the leader validates right after a step that was, or was not, worked out exactly. */
function validationRate(episodes: readonly Episode[], about: boolean): number {
  const after = episodes.flatMap(({ steps }) =>
    steps.slice(1).filter(({ forced }, index) => {
      const before = steps[index]!;
      return !forced && before.strategy === 'continuation' && before.text.includes('about') === about;
    }),
  );
  return after.filter(({ strategy }) => strategy === 'validation').length / after.length;
}

describe('trainPlanner', () => {
  it('learns from scratch to work out every part, and to validate just what is doubtful', async () => {
    const untrained = accuracyOf(await toyEpisodes(toyPlanner(), { greedy: false }));
    const { planner } = await trainToy({
      settings: { iterations: 40, problemsPerIteration: 16, minibatches: 1, learningRate: 1e-2, entropy: 0.1 },
    });
    const episodes = await toyEpisodes(planner);
    expect(accuracyOf(episodes)).toBeGreaterThan(0.8);
    expect(untrained).toBeLessThan(0.2);
    expect(validationRate(episodes, true)).toBeGreaterThan(0.9);
    expect(validationRate(episodes, false)).toBeLessThan(0.1);
  }, 120_000);
  it('learns from the credit of single steps as well, and refuses to without value estimates', async () => {
    const options = { buckets: 512, embedding: 16, hidden: 24, backend: 'cpu', value: true } as const;
    const estimator = gae({ gamma: 1, lambda: 0.95, normalise: true });
    const { planner, records } = await trainToy({
      planner: new GruPlanner(toyStrategies, 7, options),
      estimator,
      settings: { iterations: 20, problemsPerIteration: 16, minibatches: 1, learningRate: 1e-2, entropy: 0.1 },
    });
    expect(accuracyOf(await toyEpisodes(planner))).toBeGreaterThan(0.6);
    expect(records.at(-1)!.update!.value!.explainedVariance).toBeGreaterThan(0.1);
    await expect(trainToy({ estimator })).rejects.toThrow(/planner "gru" makes none/);
  }, 60_000);
  it('draws levels as the curriculum says, and refuses one that the suite lacks', async () => {
    const levelsOf = new Map<number, Set<number>>();
    const curriculum = { from: [1], to: [2], over: 0.5 };
    await trainToy({
      suites: [{ suite: toySuite, curriculum }],
      onIteration: ({ iteration }, episodes) => {
        levelsOf.set(iteration, new Set(episodes.map(({ problem }) => problem.level)));
      },
    });
    expect(levelsOf.get(1)).toEqual(new Set([1]));
    expect(levelsOf.get(3)).toEqual(new Set([2]));
    expect(levelsOf.get(4)).toEqual(new Set([2]));
    await expect(trainToy({ suites: [{ suite: toySuite, curriculum: { ...curriculum, to: [9] } }] })).rejects.toThrow(
      /names level 9, which the suite lacks/,
    );
  });
  it('gives the same numbers for the same seed, and others for another', async () => {
    const first = await trainToy();
    const again = await trainToy();
    expect(again.records).toEqual(first.records);
    expect(await savedBytes(again.planner)).toEqual(await savedBytes(first.planner));
    const other = await trainToy({ seed: 6 });
    expect(other.records).not.toEqual(first.records);
  });

  it('resumed, gives the same numbers as never stopped, to the bit', async () => {
    const whole = await trainToy();
    const stop = new AbortController();
    const checkpoints = { folder, every: 10 };
    const part = await trainToy({
      checkpoints,
      signal: stop.signal,
      onIteration: ({ iteration }) => {
        if (iteration === 2) stop.abort();
      },
    });
    expect(part.outcome).toEqual({ iterations: 2, episodes: 64, finished: false });
    const rest = await trainToy({ checkpoints });
    expect(rest.records).toEqual(whole.records.slice(2));
    expect(rest.outcome).toEqual({ iterations: 4, episodes: 128, finished: true });
    expect(await savedBytes(rest.planner)).toEqual(await savedBytes(whole.planner));
  });

  it('resumes to the bit with a KL term as well, which goes on to be measured from the beginning of the stage', async () => {
    const settings = { iterations: 3, problemsPerIteration: 3, group: 4, kl: 0.1, resample: 1, loss: 'gspo' } as const;
    const whole = await trainToy({ settings });
    const stop = new AbortController();
    const checkpoints = { folder, every: 10 };
    await trainToy({ settings, checkpoints, signal: stop.signal, onIteration: () => stop.abort() });
    const rest = await trainToy({ settings, checkpoints });
    expect(rest.records).toEqual(whole.records.slice(1));
    expect(await savedBytes(rest.planner)).toEqual(await savedBytes(whole.planner));
    const [first, second] = whole.records.map(({ update }) => update!.policy!.referenceDivergence!);
    expect(first).toBeGreaterThan(0);
    expect(second).toBeGreaterThan(first!);
  });

  it('gives up the iteration under way when it is told to stop', async () => {
    const stop = new AbortController();
    const follower = new ToyFollower();
    const stopping: Follower = {
      name: 'stopping',
      parameters: null,
      open: (question) => {
        stop.abort();
        return follower.open(question);
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    const { outcome, records } = await trainToy({
      follower: stopping,
      signal: stop.signal,
      checkpoints: { folder, every: 1 },
    });
    expect(outcome).toEqual({ iterations: 0, episodes: 0, finished: false });
    expect(records).toEqual([]);
  });

  it('passes over a damaged checkpoint and goes on from the one before', async () => {
    const whole = await trainToy({ checkpoints: { folder, every: 1 } });
    expect((await readdir(folder)).sort()).toEqual(['000003', '000004']);
    await appendFile(join(folder, '000004', 'planner', 'planner.safetensors'), 'x');
    const refused: CheckpointError[] = [];
    const again = await trainToy({ checkpoints: { folder, every: 1, onRefused: (error) => refused.push(error) } });
    expect(refused).toHaveLength(1);
    expect(refused[0]!.message).toMatch(/000004.*planner\.safetensors has changed/);
    expect(again.records).toEqual(whole.records.slice(3));
  });

  it('passes over one that it was killed in the middle of, the first as well, and tidies up', async () => {
    const whole = await trainToy();
    const killed = join(folder, 'killed');
    const planner = toyPlanner();
    let parts = 0;
    planner.save = async (target) => {
      await GruPlanner.prototype.save.call(planner, target);
      parts += 1;
      // The disk as it is when the process dies here.
      if (parts === 1) await cp(join(folder, 'run'), killed, { recursive: true });
    };
    await trainToy({ planner, checkpoints: { folder: join(folder, 'run'), every: 2 } });
    expect(await readdir(killed)).toHaveLength(1);
    const onRefused = (error: CheckpointError) => expect.unreachable(error.message);
    const resumed = await trainToy({ checkpoints: { folder: killed, every: 1, onRefused } });
    expect(resumed.records).toEqual(whole.records);
    expect((await readdir(killed)).sort()).toEqual(['000003', '000004']);
  });

  it('does a stage again of which every checkpoint is damaged, from where it begins', async () => {
    const whole = await trainToy({ checkpoints: { folder, every: 1 } });
    await truncate(join(folder, '000004', 'planner', 'planner.json'));
    await rm(join(folder, '000003', 'training'), { recursive: true });
    const refused: string[] = [];
    let begun = 0;
    const begin = () => Promise.resolve(void (begun += 1));
    const onRefused = ({ message }: CheckpointError) => refused.push(message);
    const stop = new AbortController();
    await trainToy({
      ...{ begin, checkpoints: { folder, every: 1, onRefused }, signal: stop.signal },
      onIteration: ({ iteration }) => {
        if (iteration === 2) stop.abort();
      },
    });
    expect(refused).toEqual([
      expect.stringMatching(/000004 is refused: planner\/planner\.json has changed/),
      expect.stringMatching(/000003.*is refused: seal\.json is missing/),
    ]);
    // What was refused is of no more use, and does not outlast what takes its place.
    expect((await readdir(folder)).sort()).toEqual(['000001', '000002']);
    const rest = await trainToy({ begin, checkpoints: { folder, every: 1 } });
    expect(begun).toBe(1);
    expect(rest.records).toEqual(whole.records.slice(2));
    expect(await savedBytes(rest.planner)).toEqual(await savedBytes(whole.planner));
  });

  it('asks for where it begins only where it is needed', async () => {
    const settings = { iterations: 2, problemsPerIteration: 3, group: 4, kl: 0.1 };
    const asked: string[] = [];
    const run = async (name: string, kl: number, iterations = 2) => {
      const stop = new AbortController();
      await trainToy({
        settings: { ...settings, kl },
        begin: () => Promise.resolve(void asked.push(name)),
        onStart: (done) => asked.push(`${name} goes on from ${done}`),
        onIteration: ({ iteration }) => {
          if (iteration === iterations) stop.abort();
        },
        ...{ signal: stop.signal, checkpoints: { folder: join(folder, String(kl)), every: 1 } },
      });
    };
    for (const kl of [0, 0.1]) {
      await run('new', kl, 1);
      await run('resumed', kl);
      await run('finished', kl);
    }
    expect(asked).toEqual([
      ...['new', 'new goes on from 0', 'resumed goes on from 1', 'finished goes on from 2'],
      ...['new', 'new goes on from 0', 'resumed', 'resumed goes on from 1', 'finished goes on from 2'],
    ]);
  });

  it('refuses a checkpoint of another run', async () => {
    await trainToy({ checkpoints: { folder, every: 4 } });
    await expect(trainToy({ seed: 6, checkpoints: { folder, every: 4 } })).rejects.toMatchObject({
      code: 'checkpoint-mismatch',
      message: expect.stringMatching(/another seed$/) as string,
    });
  });

  it('starts with a generous token budget and ends with the strict one', async () => {
    const { records } = await trainToy({
      settings: { iterations: 4, problemsPerIteration: 2, group: 2, annealFrom: 3, annealFraction: 0.5 },
    });
    expect(records.map(({ budgetMultiple }) => budgetMultiple)).toEqual([3, 2, 1, 1]);
  });

  it('weighs and steps as its schedules say', async () => {
    const { records } = await trainToy({
      settings: {
        ...{ iterations: 3, problemsPerIteration: 2, group: 4, learningRate: 3e-3, finalLearningRate: 0 },
        ...{ warmUp: 2, leaderWeight: 1, finalLeaderWeight: 4 },
      },
    });
    expect(records.map(({ settings }) => settings.weight)).toEqual([1, 2, 3]);
    expect(records.map(({ settings }) => settings.learningRate)).toEqual(
      [1.5e-3, 2e-3, 1e-3].map((rate) => expect.closeTo(rate, 9) as number),
    );
  });

  /** Works until it is asked `fails` about the number of sessions opened before. */
  function failing(fails: (opened: number) => boolean): Follower {
    const follower = new ToyFollower();
    let opened = 0;
    return {
      ...{ name: follower.name, parameters: follower.parameters },
      open: (question) => (fails(opened++) ? Promise.reject(new Error('no')) : follower.open(question)),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }

  it('learns nothing from episodes that failed', async () => {
    const { records } = await trainToy({ follower: failing((opened) => opened % 2 === 0) });
    expect(records.at(-1)).toMatchObject({ errors: 16, update: { episodes: { excluded: 16 } } });
  });

  it('ends with the first iteration in which every episode fails, and goes on where it was', async () => {
    const whole = await trainToy();
    const checkpoints = { folder, every: 3 };
    const perIteration = whole.records[0]!.episodes;
    const stopping = trainToy({ checkpoints, follower: failing((opened) => opened >= 2 * perIteration) });
    await expect(stopping).rejects.toMatchObject({
      code: 'follower-failed',
      message: expect.stringMatching(/^all 32 episodes of an iteration failed, the first: .*no/) as string,
    });
    expect(await readdir(folder)).toEqual(['000002']);
    expect((await trainToy({ checkpoints })).records).toEqual(whole.records.slice(2));
  });

  it('goes on after an update that was skipped, and hands over what it was to learn from', async () => {
    const skipped: SkippedUpdate[] = [];
    let update = 0;
    const estimator: EpisodeEstimator = {
      name: 'faulty',
      level: 'episode',
      advantages: (groups) => {
        update += 1;
        return groups.map((group) => group.map((_, place) => (update === 2 ? NaN : place % 2)));
      },
    };
    const { records, outcome } = await trainToy({ estimator, onSkipped: (batch) => void skipped.push(batch) });
    expect(outcome.finished).toBe(true);
    expect(records.map((record) => record.update!.skipped)).toEqual([
      [],
      ['the loss is NaN in pass 1, gradient step 1'],
      [],
      [],
    ]);
    expect(records.map((record) => record.update!.policy === null)).toEqual([false, true, false, false]);
    expect(skipped).toHaveLength(1);
    expect(skipped[0]).toMatchObject({ iteration: 2, reasons: records[1]!.update!.skipped });
    expect(skipped[0]!.groups.flat()).toHaveLength(32);
  });

  it('draws further problems in place of those that tell nothing, within its budget', async () => {
    const settings = { iterations: 2, problemsPerIteration: 4, group: 4 };
    const plain = await trainToy({ settings });
    const { records } = await trainToy({ settings: { ...settings, resample: 2 } });
    const [first] = records;
    const { used, withoutVariance } = first!.update!.groups;
    expect(plain.records[0]!.update!.groups.withoutVariance).toBeGreaterThan(0);
    expect(used + withoutVariance).toBe(4 + first!.resampled);
    expect(first!.resampled).toBeGreaterThan(0);
    expect(first!.episodes).toBe(4 * (4 + first!.resampled));
    expect(used).toBeGreaterThan(plain.records[0]!.update!.groups.used);
    // No reward ever differs: two rounds of four, and no more.
    const silent = await trainToy({
      settings: { ...settings, resample: 2 },
      leaderTerms: () => [{ name: 'same', score: 1, weight: 1 }],
    });
    expect(silent.records.map(({ resampled }) => resampled)).toEqual([8, 8]);
    expect(silent.records[0]!.update).toMatchObject({ policy: null, groups: { used: 0, withoutVariance: 12 } });
    // An estimator that learns from such groups does not keep others from being drawn.
    const learned = await trainToy({
      settings: { ...settings, resample: 2 },
      estimator: reinforcePlusPlus({ baseline: 'none' }),
    });
    expect(learned.records[0]!.resampled).toBe(first!.resampled);
    expect(learned.records[0]!.update!.groups).toEqual({ ...first!.update!.groups, used: first!.update!.groups.all });
  });

  it('refuses settings that make no sense', async () => {
    await expect(trainToy({ settings: { iterations: 4, group: 1 } })).rejects.toThrow(/group is 1/);
  });
});
