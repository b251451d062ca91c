import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointError, ConfigError, defaultStrategies } from '@rsim/core';
import type { Decision, Episode, PlannerState } from '@rsim/core';
import { plannerFlaws } from '@rsim/core/conformance';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GruPlanner } from './gru-planner.js';
import { demonstrationOf } from './imitation-update.js';
import { imitateDemonstrations } from './imitate-demonstrations.js';

const small = { buckets: 128, embedding: 8, hidden: 8, backend: 'cpu', worker: false } as const;
const ids = defaultStrategies.strategies.map(({ id }) => id);
const settings = { epochs: 2, minibatches: 1, clip: 0.2, learningRate: 1e-2, entropy: 0.01, maxGradientNorm: 1 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-planner-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function decideOne(planner: GruPlanner, state: PlannerState, seed = 1): Promise<Decision> {
  return planner.decide([state], { greedy: false, seeds: [seed] }).then(([decision]) => decision!);
}

/** An episode in which the leader chose these strategies. */
function episodeOf(decisions: readonly Decision[], question = 'What is 2 + 3?'): Episode {
  return {
    ...{ key: 'k/0', sample: 0, seed: 0, follower: 'f', planner: 'gru', end: 'termination' },
    problem: { key: 'k', suite: 's', level: 1, question, answer: '5' },
    steps: decisions.map((decision, index) => ({
      ...{ decision, strategy: decision.strategy, forced: false, text: `step ${'i'.repeat(index)}`, tokens: [] },
      ...{ logProbabilities: [], finish: 'stop', budgetTokens: 3 },
    })),
    ...{ verdict: null, rewards: { leader: {}, follower: {} }, budgetTokens: 3, seconds: 0, error: null },
  };
}

/** Lets a planner choose three times. */
async function liveThrough(planner: GruPlanner, seed: number): Promise<Episode> {
  const state = { question: 'What is 2 + 3?', steps: [] as { strategy: string; text: string }[] };
  const decisions: Decision[] = [];
  for (let index = 0; index < 3; index += 1) {
    const decision = await decideOne(planner, state, 10 * seed + index);
    decisions.push(decision);
    state.steps.push({ strategy: decision.strategy, text: `step ${'i'.repeat(index)}` });
  }
  return episodeOf(decisions);
}

async function groupOf(planner: GruPlanner) {
  const episodes = await Promise.all([1, 2, 3, 4].map((seed) => liveThrough(planner, seed)));
  return episodes.map((episode, index) => ({ episode, advantages: episode.steps.map(() => (index % 2 ? 1 : -1)) }));
}

describe('GruPlanner', () => {
  it('conforms to what every planner must do', async () => {
    const planner = new GruPlanner(defaultStrategies, 1, small);
    await planner.update({ groups: [await groupOf(planner)], settings });
    expect(await plannerFlaws(planner, defaultStrategies)).toEqual([]);
  });

  it('chooses every strategy alike before it has learned', async () => {
    const { probabilities, logProbability } = await decideOne(new GruPlanner(defaultStrategies, 1, small), {
      question: 'q',
      steps: [],
    });
    expect(probabilities).toHaveLength(9);
    for (const probability of probabilities) expect(probability).toBeCloseTo(1 / 9, 12);
    expect(logProbability).toBeCloseTo(-Math.log(9), 12);
  });

  it('decides alike whether it saw the episode grow or reads it at once', async () => {
    const planner = new GruPlanner(defaultStrategies, 1, small);
    await planner.update({ groups: [await groupOf(planner)], settings });
    const steps: { strategy: string; text: string }[] = [];
    const growing = { question: 'What is 2 + 3? Think.', steps };
    for (const text of ['a = 2', 'b = 3', 'a ok']) {
      const grown = await decideOne(planner, growing);
      expect(await decideOne(planner, { question: growing.question, steps: [...steps] })).toEqual(grown);
      steps.push({ strategy: 'continuation', text });
    }
  });

  it('finds, learning, the probabilities it had when deciding', async () => {
    const planner = new GruPlanner(defaultStrategies, 1, small);
    await planner.update({ groups: [await groupOf(planner)], settings });
    const { policy } = await planner.update({ groups: [await groupOf(planner)], settings: { ...settings, epochs: 1 } });
    expect(policy!.smallestRatio).toBeCloseTo(1, 5);
    expect(policy!.largestRatio).toBeCloseTo(1, 5);
    expect(policy!.decisions).toBe(12);
  });

  it('makes rewarded choices likelier', async () => {
    const planner = new GruPlanner(defaultStrategies, 1, small);
    const [bad, good] = await groupOf(planner);
    const state = { question: good!.episode.problem.question, steps: [] };
    const chance = async ({ episode }: { episode: Episode }) =>
      (await decideOne(planner, state)).probabilities[ids.indexOf(episode.steps[0]!.strategy!)]!;
    const before = await chance(good!);
    await planner.update({ groups: [[bad!, good!]], settings });
    expect(await chance(good!)).toBeGreaterThan(before);
  });

  it("weighs the leader's term with λ, and nothing else", async () => {
    const planner = new GruPlanner(defaultStrategies, 1, small);
    const groups = [await groupOf(planner)];
    const normWith = async (weight: number, entropy: number) => {
      const changed = { ...settings, epochs: 1, entropy, weight };
      return (await planner.freeze().update({ groups, settings: changed })).gradientNorm!;
    };
    const once = await normWith(1, 0);
    expect(once).toBeGreaterThan(0);
    expect(await normWith(2.5, 0)).toBeCloseTo(2.5 * once, 5);
    expect(await normWith(0.25, 0)).toBeCloseTo(0.25 * once, 5);
    expect(await normWith(0, 0)).toBe(0);
    await planner.update({ groups, settings: { ...settings, learningRate: 0.1 } });
    expect(await normWith(0, 0.5)).toBeGreaterThan(0);
  });

  it('moves by its own optimiser settings', async () => {
    const moved = async (changes: object) => {
      const planner = new GruPlanner(defaultStrategies, 1, small);
      await planner.update({ groups: [await groupOf(planner)], settings: { ...settings, ...changes } });
      return (await decideOne(planner, { question: 'What is 2 + 3?', steps: [] })).logProbability;
    };
    const usual = await moved({});
    expect(await moved({ maxGradientNorm: 1, beta1: 0.9, beta2: 0.999, weightDecay: 0 })).toBe(usual);
    // One step of Adam is the same whatever the gradient's length; the second remembers the first.
    for (const changes of [{ beta1: 0.1 }, { beta2: 0.1 }, { weightDecay: 10 }]) {
      expect(await moved(changes)).not.toBe(usual);
    }
  });

  it('learns nothing from episodes without an advantage or without a decision', async () => {
    const planner = new GruPlanner(defaultStrategies, 1, small);
    const [first, second] = await groupOf(planner);
    const steps = second!.episode.steps.map((step) => ({ ...step, decision: null, forced: true }));
    const forced = { ...second!, episode: { ...second!.episode, steps } };
    const groups = [[{ ...first!, advantages: null }, forced], []];
    expect(await planner.update({ groups, settings })).toEqual({
      policy: null,
      value: null,
      gradientNorm: null,
      skipped: [],
    });
  });

  it('takes an update back whole when a number in it is not finite', async () => {
    const planner = new GruPlanner(defaultStrategies, 1, small);
    await planner.update({ groups: [await groupOf(planner)], settings });
    const bytes = async () => {
      await planner.save(join(folder, 'bytes'));
      return readFile(join(folder, 'bytes', 'planner.safetensors'));
    };
    const before = await bytes();
    const [good, bad] = [await groupOf(planner), await groupOf(planner)];
    for (const flaw of [NaN, Infinity, -Infinity]) {
      const groups = [good, bad.map((credited) => ({ ...credited, advantages: credited.advantages.map(() => flaw) }))];
      // The first gradient step is sound, the second is not.
      const report = await planner.update({ groups, settings: { ...settings, minibatches: 2 } });
      expect(report).toMatchObject({ policy: null, gradientNorm: null });
      expect(report.skipped[0]).toMatch(
        /^the (loss|gradient's length) is (NaN|-?Infinity) in pass 1, gradient step 2$/,
      );
      expect(await bytes()).toEqual(before);
    }
    const tooFast = await planner.update({ groups: [good], settings: { ...settings, learningRate: 1e40 } });
    expect(tooFast.skipped).toEqual(['a weight is no finite number after it in pass 1, gradient step 1']);
    expect(await bytes()).toEqual(before);
    expect((await planner.update({ groups: [good], settings })).skipped).toEqual([]);
  });

  it('never chooses what is forbidden, and can still learn', async () => {
    const forbidden = ['validation', 'self-reflection'];
    const planner = new GruPlanner(defaultStrategies, 1, { ...small, forbidden });
    const { gradientNorm } = await planner.update({ groups: [await groupOf(planner)], settings });
    expect(gradientNorm).toBeGreaterThan(0);
    for (let seed = 0; seed < 50; seed += 1) {
      const { strategy, probabilities } = await decideOne(planner, { question: 'q', steps: [] }, seed);
      expect(forbidden).not.toContain(strategy);
      expect(probabilities[ids.indexOf('validation')]).toBe(0);
    }
    expect(() => new GruPlanner(defaultStrategies, 1, { ...small, forbidden: ['termination'] })).toThrow(ConfigError);
    expect(() => new GruPlanner(defaultStrategies, 1, { ...small, forbidden: ['magic'] })).toThrow(/"magic"/);
  });

  it('is the same after saving and loading, learning included', async () => {
    const planner = new GruPlanner(defaultStrategies, 1, small);
    const batch = { groups: [await groupOf(planner)], settings };
    await planner.update(batch);
    await planner.save(join(folder, 'planner'));
    const copy = new GruPlanner(defaultStrategies, 2, small);
    await copy.load(join(folder, 'planner'));
    expect(await copy.update(batch)).toEqual(await planner.update(batch));
    const state = { question: 'What is left?', steps: [{ strategy: 'validation', text: 'ok' }] };
    expect(await decideOne(copy, state)).toEqual(await decideOne(planner, state));
  });

  it('refuses a missing, altered or foreign planner and stays as it was', async () => {
    const planner = new GruPlanner(defaultStrategies, 1, small);
    const kept = join(folder, 'planner');
    await planner.save(kept);
    await expect(planner.load(join(folder, 'none'))).rejects.toThrow(CheckpointError);
    const wider = new GruPlanner(defaultStrategies, 1, { ...small, hidden: 9 });
    await expect(wider.load(kept)).rejects.toThrow(/gru\.input\.reset is \[8,8\], not \[8,9\]/);
    const fewer = { name: 'few', strategies: defaultStrategies.strategies.slice(1) };
    await expect(new GruPlanner(fewer, 1, small).load(kept)).rejects.toThrow(/chooses among/);
    await appendFile(join(kept, 'planner.json'), ' ');
    await expect(planner.load(kept)).rejects.toThrow(/planner\.json has changed/);
  });
});

describe('episodes of another stage among those of this one', () => {
  it('take neither the reference nor the value targets from these', async () => {
    const planner = new GruPlanner(defaultStrategies, 1, { ...small, value: true });
    const old = await groupOf(planner);
    const known = { valueTargets: [0.2, 0.6, 1], referenceLogProbabilities: [-1, -1, -1] };
    const fresh = (await groupOf(planner)).map((credited) => ({ ...credited, ...known }));
    const once = { ...settings, epochs: 1, kl: 0.5 };
    const alone = await new GruPlanner(defaultStrategies, 1, { ...small, value: true }).update({
      groups: [fresh],
      settings: once,
    });
    const together = await planner.update({ groups: [fresh, old], settings: once });
    expect(together.policy!.decisions).toBe(24);
    expect(together.policy!.referenceDivergence).toBeCloseTo(alone.policy!.referenceDivergence!, 6);
    expect(together.value!.loss).toBeCloseTo(alone.value!.loss, 6);
  });
});

describe('a planner that estimates values', () => {
  const valued = { ...small, value: true } as const;
  const asked = { question: 'What is 2 + 3?', steps: [] };

  it('conforms, expects nothing at first, and decides like one without', async () => {
    const planner = new GruPlanner(defaultStrategies, 1, valued);
    expect(await plannerFlaws(planner, defaultStrategies)).toEqual([]);
    const { value, ...decision } = await decideOne(planner, asked);
    expect(value).toBe(0);
    expect(await decideOne(new GruPlanner(defaultStrategies, 1, small), asked)).toEqual(decision);
  });

  it('learns what it is told to expect, and tells how much of it the estimates explain', async () => {
    const planner = new GruPlanner(defaultStrategies, 1, valued);
    const group = (await groupOf(planner)).map((credited) => ({ ...credited, valueTargets: [0.2, 0.6, 1] }));
    const batch = { groups: [group], settings: { ...settings, learningRate: 3e-2 } };
    const first = await planner.update(batch);
    for (let update = 0; update < 40; update += 1) await planner.update(batch);
    const last = await planner.update(batch);
    expect(first.value!.explainedVariance).toBeCloseTo(0, 1);
    expect(last.value!.explainedVariance).toBeGreaterThan(0.9);
    expect((await decideOne(planner, asked)).value).toBeCloseTo(0.2, 1);
  });

  it('does not change the policy without targets', async () => {
    const [valuing, without] = [
      new GruPlanner(defaultStrategies, 1, valued),
      new GruPlanner(defaultStrategies, 1, small),
    ];
    const groups = [await groupOf(without)];
    expect(await valuing.update({ groups, settings })).toEqual(await without.update({ groups, settings }));
    expect((await decideOne(valuing, asked)).probabilities).toEqual((await decideOne(without, asked)).probabilities);
  });

  it('takes up a planner without estimates, and the other way round', async () => {
    const plain = new GruPlanner(defaultStrategies, 1, small);
    await plain.update({ groups: [await groupOf(plain)], settings });
    await plain.save(join(folder, 'plain'));
    const planner = new GruPlanner(defaultStrategies, 2, valued);
    await planner.load(join(folder, 'plain'));
    const { value, ...decision } = await decideOne(planner, asked);
    expect(value).toBe(0);
    expect(decision).toEqual(await decideOne(plain, asked));
    await planner.save(join(folder, 'valued'));
    const other = new GruPlanner(defaultStrategies, 3, small);
    await other.load(join(folder, 'valued'));
    expect(await decideOne(other, asked)).toEqual(decision);
    const again = new GruPlanner(defaultStrategies, 4, valued);
    await again.load(join(folder, 'valued'));
    expect(await decideOne(again, asked)).toEqual({ ...decision, value });
  });
});

describe('imitation', () => {
  it('learns what is demonstrated', async () => {
    const planner = new GruPlanner(defaultStrategies, 1, small);
    const decision = (strategy: string): Decision => ({ strategy, logProbability: 0, probabilities: [] });
    const plan = ['decomposition', 'continuation', 'termination'].map(decision);
    const demonstrations = Array.from({ length: 40 }, () => demonstrationOf(episodeOf(plan), ids)!);
    const { agreement, choices } = await imitateDemonstrations({
      ...{ planner, demonstrations, epochs: 15, batch: 10, learningRate: 2e-2, seed: 1 },
    });
    expect(choices).toBe(120);
    expect(agreement).toBe(1);
    const [first] = await planner.decide([{ question: 'What is 2 + 3?', steps: [] }], { greedy: true, seeds: [] });
    expect(first!.strategy).toBe('decomposition');
  });

  it('takes back a step that is not finite, says so, and goes on', async () => {
    const planner = new GruPlanner(defaultStrategies, 1, small);
    const plan = [{ strategy: 'validation', logProbability: 0, probabilities: [] }];
    const demonstrations = Array.from({ length: 4 }, () => demonstrationOf(episodeOf(plan), ids)!);
    const before = planner.freeze().weights;
    const flawed = demonstrations.map((demonstration, place) => ({ ...demonstration, weight: place === 3 ? NaN : 1 }));
    const options = { planner, demonstrations: flawed, epochs: 1, batch: 1, seed: 1 };
    const tooFast = await imitateDemonstrations({ ...options, learningRate: 1e40 });
    expect(tooFast).toMatchObject({ choices: 0, loss: 0 });
    expect([...tooFast.skipped].sort()).toEqual([
      ...Array<string>(3).fill('a weight is no finite number after it'),
      'the loss is NaN',
    ]);
    expect(planner.freeze().weights).toEqual(before);
    const usual = await imitateDemonstrations(options);
    expect(usual).toMatchObject({ choices: 3, skipped: ['the loss is NaN'] });
    expect(usual.loss).toBeGreaterThan(0);
  });

  it('takes nothing from forced steps and failed episodes', () => {
    const decision = { strategy: 'validation', logProbability: 0, probabilities: [] };
    const episode = episodeOf([decision]);
    const forced = { ...episode, steps: episode.steps.map((step) => ({ ...step, forced: true })) };
    expect(demonstrationOf(forced, ids)).toBeNull();
    expect(demonstrationOf({ ...episode, error: { code: 'x', message: 'x' } }, ids)).toBeNull();
    expect(demonstrationOf(episode, ids)?.trajectory.choices).toEqual([ids.indexOf('validation')]);
  });
});
