import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Episode, type FollowerBatch, type RewardRule } from '@rsim/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FollowerTrainingSettings } from './follower-training-settings.js';
import { updateFollower } from './follower-update.js';
import { GruPlanner } from './gru-planner.js';
import { LearningToyFollower } from './testing/learning-toy-follower.js';
import { toyStrategySet } from './testing/toy-training.js';
import { ToyFollower, toyReward, toySuite, toyTermination } from './testing/toy-world.js';
import { trainPlanner, type TrainPlannerOptions } from './train-planner.js';
import type { TrainingRecord } from './training-record.js';
import type { TrainingInput } from './training-settings.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-joint-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const strategySet = toyStrategySet('continuation', 'validation', 'termination');
const followerReward: RewardRule = { ...toyReward, role: 'follower' };

interface Asked {
  readonly settings: TrainingInput;
  readonly followerSettings?: Partial<FollowerTrainingSettings>;
  readonly options?: Partial<TrainPlannerOptions>;
}

async function train({ settings, followerSettings, options }: Asked) {
  const planner = new GruPlanner(strategySet, 7, { buckets: 256, embedding: 8, hidden: 16, backend: 'cpu' });
  const follower = new LearningToyFollower();
  const records: TrainingRecord[] = [];
  const kept: Episode[] = [];
  await trainPlanner({
    ...{ stage: 'toy', planner, follower, suites: [{ suite: toySuite }], strategySet, seed: 5 },
    rewards: [toyReward, toyTermination, followerReward],
    leaderTerms: ({ rewards: { leader } }) => [{ name: 'accuracy', score: leader['accuracy']!, weight: 1 }],
    followerRole: {
      follower,
      terms: ({ rewards }) => [{ name: 'accuracy', score: rewards.follower['accuracy']!, weight: 1 }],
      settings: { learningRate: 0.5, klWeight: 0, ...followerSettings },
    },
    settings: { problemsPerIteration: 4, group: 8, temperature: 1, ...settings },
    onIteration: (record, episodes) => {
      records.push(record);
      kept.push(...episodes);
    },
    ...options,
  });
  return { planner, follower, records: records.map(({ seconds: _, ...rest }) => rest), episodes: kept };
}

async function plannerBytes(planner: GruPlanner): Promise<Buffer> {
  const target = join(folder, 'compared');
  await planner.save(target);
  const bytes = await readFile(join(target, 'planner.safetensors'));
  await rm(target, { recursive: true });
  return bytes;
}

describe('training of both roles', () => {
  it('has the follower learn to work parts out exactly, and the leader learn beside it', async () => {
    const { follower, records } = await train({ settings: { iterations: 30, mode: 'joint', learningRate: 1e-2 } });
    expect(follower.chances()[1]).toBeGreaterThan(0.65);
    expect(records.at(-1)!.accuracy).toBeGreaterThan(records[0]!.accuracy!);
    expect(records.at(-1)!.update?.policy).not.toBeNull();
  });

  it('leaves alone who does not learn', async () => {
    const untouched = await plannerBytes(
      new GruPlanner(strategySet, 7, { buckets: 256, embedding: 8, hidden: 16, backend: 'cpu' }),
    );
    for (const mode of ['follower', 'alone'] as const) {
      const { planner, follower, records, episodes } = await train({ settings: { iterations: 2, mode } });
      expect(await plannerBytes(planner)).toEqual(untouched);
      // Led by nobody, the toy never ends and is never right: there is nothing to learn from.
      expect(follower.logit !== 0).toBe(mode === 'follower');
      expect(records.map(({ update }) => update)).toEqual([null, null]);
      expect(episodes.every((episode) => (episode.planner === null) === (mode === 'alone'))).toBe(true);
    }
    const { follower, records } = await train({ settings: { iterations: 4, mode: 'alternating', turn: 2 } });
    expect(follower.logit).not.toBe(0);
    expect(records.map(({ update, followerUpdate }) => [update !== null, followerUpdate !== null])).toEqual([
      [true, false],
      [true, false],
      [false, true],
      [false, true],
    ]);
  });

  it('resumed, gives the same numbers as never stopped, to the bit', async () => {
    const settings = { iterations: 5, mode: 'joint' } as const;
    const followerSettings = { klWeight: 0.1 };
    const whole = await train({ settings, followerSettings });
    const stop = new AbortController();
    const checkpoints = { folder, every: 2 };
    await train({
      ...{ settings, followerSettings },
      options: {
        ...{ checkpoints, signal: stop.signal },
        onIteration: ({ iteration }) => {
          if (iteration === 3) stop.abort();
        },
      },
    });
    const rest = await train({ settings, followerSettings, options: { checkpoints } });
    expect(rest.records).toEqual(whole.records.slice(3));
    expect(rest.follower.logit).toBe(whole.follower.logit);
    expect(await plannerBytes(rest.planner)).toEqual(await plannerBytes(whole.planner));
  });

  it("has the follower learn by its own schedule and optimiser, as often as the turns' says", async () => {
    const follower = new LearningToyFollower();
    const batches: FollowerBatch[] = [];
    follower.update = (batch) => {
      batches.push(batch);
      return LearningToyFollower.prototype.update.call(follower, batch);
    };
    const optimizer = { maxGradientNorm: 2, beta1: 0.5, beta2: 0.6, weightDecay: 0.1 };
    const { records } = await train({
      settings: { iterations: 6, mode: 'joint', followerEvery: 1, finalFollowerEvery: 3 },
      options: {
        follower,
        followerRole: {
          follower,
          terms: ({ rewards }) => [{ name: 'accuracy', score: rewards.follower['accuracy']!, weight: 1 }],
          settings: {
            ...{ learningRate: 0.6, finalLearningRate: 2, warmUp: 2, entropy: 0.3, finalEntropy: 0 },
            ...{ klWeight: 0, minibatches: 1, ...optimizer },
          },
        },
      },
    });
    expect(records.map(({ followerUpdate }) => followerUpdate !== null)).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
    ]);
    const rates = [0.3, 0.7, 0.9, 1.1].map((rate) => expect.closeTo(rate, 9) as number);
    expect(batches.map(({ learningRate }) => learningRate)).toEqual(rates);
    const weights = [0.3, 0.25, 0.15, 0.05].map((weight) => expect.closeTo(weight, 9) as number);
    expect(batches.map(({ entropy }) => entropy)).toEqual(weights);
    expect(batches[0]).toMatchObject(optimizer);
    // Of two tokens, as likely as each other at first.
    expect(records[0]!.followerUpdate!.policy!.entropy).toBeCloseTo(Math.LN2, 6);
  });

  it.each([
    ['leader', 'joint', true],
    ['follower', 'joint', true],
    ['leader', 'follower', false],
  ] as const)("draws further problems where the %s's rewards are all alike, in %s: %s", async (role, mode, draws) => {
    // One role's rewards differ within every group, the other's never.
    const differing = ({ sample }: Episode) => [{ name: 'sample', score: sample, weight: 1 }];
    const alike = () => [{ name: 'same', score: 1, weight: 1 }];
    const follower = new LearningToyFollower();
    const { records } = await train({
      settings: { iterations: 1, mode, resample: 1 },
      options: {
        follower,
        leaderTerms: role === 'leader' ? alike : differing,
        followerRole: { follower, terms: role === 'leader' ? differing : alike, settings: { klWeight: 0 } },
      },
    });
    expect(records[0]!.resampled).toBe(draws ? 4 : 0);
  });

  it('loads nothing of a checkpoint whose follower is damaged', async () => {
    const settings = { iterations: 3, mode: 'joint' } as const;
    const checkpoints = { folder, every: 1 };
    const whole = await train({ settings, options: { checkpoints } });
    for (const name of ['000002', '000003']) await writeFile(join(folder, name, 'follower', 'logit'), '9');
    // Neither is whole, so that all is done again, with the planner as it was.
    const again = await train({ settings, options: { checkpoints } });
    expect(again.records).toEqual(whole.records);
    expect(again.follower.logit).toBe(whole.follower.logit);
  });

  it('refuses a follower that cannot learn, and a temperature at which nothing varies', async () => {
    const mode = 'joint';
    const options = { follower: new ToyFollower(), followerRole: undefined };
    await expect(train({ settings: { iterations: 1, mode }, options })).rejects.toThrow(/"toy" cannot learn/);
    await expect(train({ settings: { iterations: 1, mode, temperature: 0 } })).rejects.toThrow(/temperature 0/);
  });
});

describe('updateFollower', () => {
  const settings = {
    ...{ epochs: 1, minibatches: 1, clip: 0.2, learningRate: 1, klWeight: 0, entropy: 0, temperature: 1 },
  } as const;

  async function creditedEpisodes() {
    const { episodes } = await train({ settings: { iterations: 1, mode: 'leader' } });
    return episodes
      .slice(0, 8)
      .map((episode, index) => ({ episode, advantages: episode.steps.map(() => index - 3.5) }));
  }

  it('skips a step that is not finite, says so, and goes on', async () => {
    const group = await creditedEpisodes();
    const follower = new LearningToyFollower();
    const report = await updateFollower(follower, {
      groups: [group],
      settings: { ...settings, temperature: NaN },
      reference: null,
    });
    expect(report.skipped).toHaveLength(1);
    expect(report.policy).toBeNull();
    expect(follower.logit).toBe(0);
  });

  describe('where what is frozen scores apart', () => {
    const halves = { ...settings, temperature: 0.7, minibatches: 2 };

    /** Follower whose frozen selves score when they are let, and what happened, in order. */
    function scoringLate() {
      const follower = new LearningToyFollower();
      const happened: string[] = [];
      const waiting: (() => void)[] = [];
      follower.freeze = () => {
        const frozen = LearningToyFollower.prototype.freeze.call(follower);
        return {
          logProbabilities: async (...asked) => {
            await new Promise<void>((score) => waiting.push(score));
            happened.push('scored');
            return frozen.logProbabilities(...asked);
          },
          [Symbol.dispose]: () => void happened.push('disposed'),
        };
      };
      follower.update = (batch) => {
        happened.push('step');
        return LearningToyFollower.prototype.update.call(follower, batch);
      };
      const next = async () => {
        waiting.shift()!();
        await new Promise(setImmediate);
      };
      return { follower, happened, next };
    }

    it('makes a gradient step while later groups are scored, by the weights before it', async () => {
      const episodes = await creditedEpisodes();
      const groups = [episodes.slice(0, 4), episodes.slice(4)];
      const plain = new LearningToyFollower();
      const batches: FollowerBatch[] = [];
      plain.update = (batch) => {
        batches.push(batch);
        return LearningToyFollower.prototype.update.call(plain, batch);
      };
      const expected = await updateFollower(plain, { groups, settings: halves, reference: null });
      expect(new Set(batches[1]!.sequences.flatMap(({ oldLogProbabilities }) => oldLogProbabilities))).toEqual(
        new Set([null, Math.log(0.5)]),
      );

      const { follower, happened, next } = scoringLate();
      const made = updateFollower(follower, { groups, settings: halves, reference: null });
      await next();
      expect(happened).toEqual(['scored', 'step']);
      await next();
      expect(await made).toEqual(expected);
      expect(happened).toEqual(['scored', 'step', 'scored', 'step', 'disposed']);
      expect(follower.logit).toBe(plain.logit);
    });

    it('fails of a step that fails once nothing is scored any more, and of scores that fail', async () => {
      const episodes = await creditedEpisodes();
      const groups = [episodes.slice(0, 4), episodes.slice(4)];
      const { follower, happened, next } = scoringLate();
      follower.update = () => Promise.reject(new Error('the step failed'));
      let failed = false;
      const failing = updateFollower(follower, { groups, settings: halves, reference: null }).catch(
        (thrown: Error) => ((failed = true), thrown.message),
      );
      await next();
      expect([happened, failed]).toEqual([['scored'], false]);
      await next();
      expect(await failing).toBe('the step failed');
      expect(happened).toEqual(['scored', 'scored', 'disposed']);

      const broken = new LearningToyFollower();
      const logProbabilities = () => Promise.reject(new Error('no scores'));
      broken.freeze = () => ({ logProbabilities, [Symbol.dispose]: () => undefined });
      await expect(updateFollower(broken, { groups, settings: halves, reference: null })).rejects.toThrow('no scores');
    });
  });

  it('hands the objective on as it is told', async () => {
    const group = await creditedEpisodes();
    const batches: FollowerBatch[] = [];
    const spy = new LearningToyFollower();
    spy.update = (batch) => {
      batches.push(batch);
      return LearningToyFollower.prototype.update.call(spy, batch);
    };
    const objective = { loss: 'gspo', clip: 0.1, clipHigh: 0.2, aggregation: 'episode', klEstimator: 'k2' } as const;
    await updateFollower(spy, { groups: [group], settings: { ...settings, ...objective }, reference: null });
    expect(batches).toHaveLength(1);
    expect(batches[0]).toMatchObject({ ...objective, learningRate: 1, klWeight: 0, temperature: 1 });
  });
});
