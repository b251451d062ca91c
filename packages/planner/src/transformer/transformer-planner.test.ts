import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WeightsError } from '@rsim/core';
import type { Planner, PlannerState } from '@rsim/core';
import { plannerFlaws } from '@rsim/core/conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { learnerThread } from '../learner-thread.js';
import { imitateDemonstrations } from '../imitate-demonstrations.js';
import { demonstrationOf } from '../imitation-update.js';
import type { NetworkPlanner } from '../network-planner.js';
import { accuracyOf, fromRewards, toyEpisodes, toyStrategies, trainToy } from '../testing/toy-training.js';
import { writeTinyDecoder } from '../testing/tiny-decoder.js';
import type { TransformerPlannerInput } from './transformer-options.js';
import { openTransformerPlanner } from './transformer-planner.js';

let folder = '';
let decoder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-transformer-'));
  decoder = join(folder, 'decoder');
  await writeTinyDecoder(decoder);
});
afterAll(async () => {
  await learnerThread.stop();
  await rm(folder, { recursive: true });
});

const lora: TransformerPlannerInput['lora'] = { rank: 2, targets: ['q_proj', 'v_proj'] };
const open = (options: TransformerPlannerInput = {}, seed = 7): Promise<NetworkPlanner> =>
  openTransformerPlanner(toyStrategies, seed, decoder, { worker: false, learningRateScale: 1, ...options });

const states: PlannerState[] = [
  { question: 'Work out part 5.', steps: [] },
  { question: 'Work out part 5.', steps: [{ strategy: 'continuation', text: 'it is about 42' }] },
];
const decide = (planner: Planner) => planner.decide(states, { greedy: true, seeds: [] });
const settings = { iterations: 1, problemsPerIteration: 2, group: 4, epochs: 1, minibatches: 2, learningRate: 1e-2 };

/** Enough of them for a gradient to reach the outer half of an adapter, which is 0 at first as the head is. */
const manySteps = { ...settings, problemsPerIteration: 6, epochs: 2, minibatches: 2 };

/** Works out every part, and validates just what is doubtful. */
const expert: Planner = {
  name: 'expert',
  decide: (asked) =>
    Promise.resolve(
      asked.map(({ question, steps }) => {
        const isDone = steps.filter(({ text }) => text.startsWith('it is')).length === question.split('. ').length;
        const isVague = steps.at(-1)?.text.includes('about') === true;
        const strategy = isVague ? 'validation' : isDone ? 'termination' : 'continuation';
        const probabilities = toyStrategies.strategies.map(({ id }) => (id === strategy ? 1 : 0));
        return { strategy, probabilities, logProbability: 0 };
      }),
    ),
};

describe('the transformer planner', { timeout: 60_000 }, () => {
  it('conforms to what every planner must do, and first chooses every strategy alike', async () => {
    const planner = await open({ value: true });
    for (const { probabilities, value } of await decide(planner)) {
      for (const probability of probabilities) expect(probability).toBeCloseTo(1 / 4, 12);
      expect(value).toBe(0);
    }
    await trainToy({ planner, settings });
    expect(await plannerFlaws(planner, toyStrategies)).toEqual([]);
  });

  it('learns from demonstrations what the toy world is about', async () => {
    const planner = await open({ weights: 'random' });
    const ids = toyStrategies.strategies.map(({ id }) => id);
    const demonstrations = (await toyEpisodes(expert, { count: 160, split: 'train' })).flatMap((episode) => {
      return demonstrationOf(episode, ids) ?? [];
    });
    await imitateDemonstrations({ planner, demonstrations, epochs: 6, batch: 16, learningRate: 1e-2, seed: 1 });
    expect(accuracyOf(await toyEpisodes(planner))).toBeGreaterThan(0.8);
  });

  it('learns it from rewards alone, as the recurrent planner does', async () => {
    const planner = await open({ weights: 'random' });
    // Ten iterations fewer are enough from this seed.
    await trainToy({ planner, ...fromRewards, settings: { ...fromRewards.settings, iterations: 30 } });
    expect(accuracyOf(await toyEpisodes(planner))).toBeGreaterThan(0.8);
  }, 300_000);

  it('is the same after saving and loading, learning included, and refuses what was trained on another decoder', async () => {
    const planner = await open({ lora });
    await trainToy({ planner, settings });
    const kept = join(folder, 'kept');
    await planner.save(kept);
    const copy = await open({ lora }, 8);
    await copy.load(kept);
    expect(await decide(copy)).toEqual(await decide(planner));
    const [again, first] = [await trainToy({ planner: copy, settings }), await trainToy({ planner, settings })];
    expect(again.records).toEqual(first.records);
    expect(copy.weights).toEqual(planner.weights);
    const other = join(folder, 'other');
    await writeTinyDecoder(other, { ropeTheta: 200 });
    const foreign = await openTransformerPlanner(toyStrategies, 7, other, { worker: false, lora });
    await expect(foreign.load(kept)).rejects.toThrow(
      /was trained over the decoder sha256:\w+, not the decoder sha256:/,
    );
    await expect((await open()).load(kept)).rejects.toThrow(
      /was trained over the decoder sha256:\w+, not the decoder sha256:/,
    );
  });

  it('resumed, gives the same numbers as never stopped, to the bit, and learns in a thread what it learns here', async () => {
    const whole = await open({ weights: 'random' });
    const all = await trainToy({ planner: whole, settings: { ...settings, iterations: 4 } });
    const checkpoints = { folder: join(folder, 'checkpoints'), every: 1 };
    const stop = new AbortController();
    await trainToy({
      ...{ planner: await open({ weights: 'random' }), settings: { ...settings, iterations: 4 }, checkpoints },
      ...{ signal: stop.signal, onIteration: ({ iteration }) => (iteration === 2 ? stop.abort() : undefined) },
    });
    const resumed = await open({ weights: 'random', worker: true }, 9);
    const rest = await trainToy({ planner: resumed, settings: { ...settings, iterations: 4 }, checkpoints });
    expect(rest.records).toEqual(all.records.slice(-rest.records.length));
    expect(rest.records).toHaveLength(2);
    expect(resumed.weights).toEqual(whole.weights);
  });

  it('learns adapters alone, and the head', async () => {
    const planner = await open({ lora: { rank: 3, targets: ['gate_proj'] } });
    const part = 'base_model.model.model.layers.0.mlp.gate_proj';
    const names = [`${part}.lora_A.weight`, `${part}.lora_B.weight`, 'output.bias', 'output.weight'];
    expect(Object.keys(planner.weights).sort()).toEqual(names);
    expect(planner.parameters).toBe(3 * 16 + 32 * 3 + 16 * 4 + 4);
    const before = structuredClone(planner.weights);
    await trainToy({ planner, settings: manySteps });
    for (const name of names) expect(planner.weights[name], name).not.toEqual(before[name]);
  });

  it('has frozen copies, and an information of every weight', async () => {
    const planner = await open({ lora });
    await trainToy({ planner, settings: manySteps });
    const frozen = planner.freeze();
    const said = await decide(planner);
    const fisher = await planner.fisher(await toyEpisodes(planner, { count: 2 }), 1);
    for (const [name, values] of Object.entries(planner.weights)) {
      expect(fisher[name], name).toHaveLength(values.length);
      expect(Math.max(...fisher[name]!), name).toBeGreaterThan(0);
    }
    await trainToy({ planner, settings: { ...settings, kl: 0.1 } });
    expect(await decide(frozen)).toEqual(said);
    expect(await decide(planner)).not.toEqual(said);
  });

  it('reads what its vocabulary lacks, and an episode longer than its context', async () => {
    const planner = await open({ contextLength: 16 });
    await trainToy({ planner, settings });
    const steps = Array.from({ length: 30 }, () => ({ strategy: 'unheard-of', text: 'π ≈ 3, 你好 <|bos|>' }));
    const [long, empty] = await planner.decide(
      [
        { question: 'ß?', steps },
        { question: '', steps: [] },
      ],
      {
        ...{ greedy: true, seeds: [] },
      },
    );
    for (const { probabilities } of [long!, empty!]) expect(probabilities.every(Number.isFinite)).toBe(true);
  });
});

describe('opening a transformer planner', () => {
  const here = (name: string) => join(folder, name);
  const opening = (path: string, options: object = {}) => openTransformerPlanner(toyStrategies, 1, path, options);

  it('says what is wrong with the options', async () => {
    await expect(opening(decoder, { lora: { targets: ['w_proj'] } })).rejects.toThrow(/lora\.targets/);
    await expect(opening(decoder, { contextLength: 65 })).rejects.toThrow(/reads 64 tokens at most/);
    await expect(opening(decoder, { contextLength: 8 })).rejects.toThrow(/contextLength/);
    await expect(opening(decoder, { weights: 'random', lora: {} })).rejects.toThrow(/random weights/);
    await expect(opening(decoder, { forbidden: ['termination'] })).rejects.toThrow(/cannot be forbidden/);
  });

  it('says which file of the decoder is missing, or is not of the same model', async () => {
    await expect(opening(here('none'))).rejects.toThrow(/^There is no folder .*none\.$/);
    await writeTinyDecoder(here('bare'));
    await rm(join(here('bare'), 'tokenizer.json'));
    await expect(opening(here('bare'))).rejects.toThrow(/tokenizer\.json is not usable: there is no such file/);
    await writeFile(join(here('bare'), 'tokenizer.json'), '{"model": 1}');
    await expect(opening(here('bare'))).rejects.toThrow(WeightsError);
    await writeTinyDecoder(here('fewer'), { vocabularySize: 20 });
    await expect(opening(here('fewer'))).rejects.toThrow(/has ids up to \d+ where config\.json says that there are 20/);
    await writeTinyDecoder(here('cut'));
    const bytes = await readFile(join(here('cut'), 'model.safetensors'));
    await writeFile(join(here('cut'), 'model.safetensors'), bytes.subarray(0, 900));
    await expect(opening(here('cut'))).rejects.toThrow(WeightsError);
    await copyFile(join(decoder, 'config.json'), join(here('fewer'), 'config.json'));
    await expect(opening(here('fewer'))).rejects.toThrow(/has shape/);
  });
});
