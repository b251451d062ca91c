import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointError, defaultStrategies, WeightsError } from '@rsim/core';
import type { StrategySet } from '@rsim/core';
import { plannerFlaws } from '@rsim/core/conformance';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ContinualPlanner } from '../continual/continual-planner.js';
import { Ewc, ewcOptionsSchema } from '../continual/ewc.js';
import { Kl, klOptionsSchema } from '../continual/kl.js';
import { Replay, replayOptionsSchema } from '../continual/replay.js';
import { learnerThread } from '../learner-thread.js';
import { accuracyOf, fromRewards, toyEpisodes, toyStrategies, trainToy } from '../testing/toy-training.js';
import type { TrainablePlanner } from '../trainable-planner.js';
import { encoderPlannerOptionsSchema } from './encoder-options.js';
import type { EncoderPlannerInput } from './encoder-options.js';
import { openEncoderPlanner } from './encoder-planner.js';
import { writeTinyEncoder } from './testing/tiny-encoder.js';

let models: string;
let model: string;
beforeAll(async () => {
  models = await mkdtemp(join(tmpdir(), 'rsim-encoders-'));
  model = await writeTinyEncoder(join(models, 'one'), { width: 16 });
});
afterAll(async () => {
  await learnerThread.stop();
  await rm(models, { recursive: true });
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-planner-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Enough to see whether something is learned at all. */
const brief = { iterations: 1, problemsPerIteration: 2, group: 4, epochs: 1, minibatches: 1 };

const small = { embedding: 8, hidden: 12, backend: 'cpu', worker: false } as const;

function open(options: Partial<EncoderPlannerInput> = {}, strategySet: StrategySet = toyStrategies, seed = 7) {
  const parsed = encoderPlannerOptionsSchema.parse({ model, ...small, ...options });
  return openEncoderPlanner(parsed, { strategySet, seed, configDirectory: '.' });
}

async function savedBytes(planner: TrainablePlanner): Promise<Buffer> {
  await planner.save(join(folder, 'compared'));
  return readFile(join(folder, 'compared', 'planner.safetensors'));
}

describe('the planner over a frozen encoder', () => {
  it('conforms to what every planner must do', async () => {
    const planner = await open({}, defaultStrategies);
    expect(planner.name).toBe('encoder');
    // [16 + 9 strategies, 8], its norm, the unit, nine scores.
    expect(planner.parameters).toBe(25 * 8 + 2 * 8 + 3 * (8 * 12 + 12 * 12 + 12) + 12 + 12 * 9 + 9);
    expect(await plannerFlaws(planner, defaultStrategies)).toEqual([]);
  });

  it('decides alike whether it saw the episode grow or reads it at once, in any company', async () => {
    const planner = await open();
    await trainToy({ planner, settings: brief });
    const steps: { strategy: string; text: string }[] = [];
    const growing = { question: 'Work out part 1. Work out part 2.', steps };
    const greedy = { greedy: true, seeds: [] };
    for (const text of ['it is 12', 'it is about 9', 'checked']) {
      const [grown] = await planner.decide([growing], greedy);
      const whole = { question: growing.question, steps: [...steps] };
      const both = await planner.decide([{ question: 'Else?', steps: [] }, whole, { ...whole }], greedy);
      expect(both.slice(1)).toEqual([grown, grown]);
      steps.push({ strategy: 'continuation', text });
    }
  });

  it('learns by imitation what can be read off the texts, and says it of texts it never read', async () => {
    const planner = await open();
    const ids = toyStrategies.strategies.map(({ id }) => id);
    const question = 'Work out part 7.';
    /** What is to be done depends on a word of the step before alone. */
    const after = (number: number, isAbout: boolean) => ({
      question,
      steps: [{ strategy: 'continuation', text: isAbout ? `it is about ${number}` : `it is ${number}` }],
    });
    const wanted = (isAbout: boolean) => (isAbout ? 'validation' : 'termination');
    const demonstrations = Array.from({ length: 80 }, (_, index) => {
      const isAbout = index % 2 === 0;
      const trajectory = { ...after(11 + index, isAbout), choices: [0, ids.indexOf(wanted(isAbout))] };
      return { trajectory, weight: 1 };
    });
    const batch = { demonstrations, learningRate: 2e-2, maxGradientNorm: 1 };
    for (let step = 0; step < 60; step += 1) await planner.imitate(batch);
    const states = Array.from({ length: 20 }, (_, index) => after(12 + 3 * index, index % 2 === 0));
    const decisions = await planner.decide(states, { greedy: true, seeds: [] });
    const right = decisions.filter(({ strategy }, index) => strategy === wanted(index % 2 === 0));
    expect(right.length).toBeGreaterThanOrEqual(18);
  });

  it('learns the toy world from rewards alone, as the recurrent planner does', async () => {
    const planner = await open({ embedding: 16, hidden: 24 });
    await trainToy({ planner, ...fromRewards });
    expect(accuracyOf(await toyEpisodes(planner))).toBeGreaterThan(0.8);
  }, 300_000);

  it('finds, learning from rewards, the probabilities it had when deciding, and moves them', async () => {
    const planner = await open();
    const settings = { ...brief, iterations: 2, problemsPerIteration: 4 };
    const { records } = await trainToy({ planner, settings });
    for (const { update } of records) {
      expect(update!.policy!.smallestRatio).toBeCloseTo(1, 4);
      expect(update!.policy!.largestRatio).toBeCloseTo(1, 4);
      expect(update!.gradientNorm).toBeGreaterThan(0);
    }
  });

  it('learns in the thread of the learner as in this one, to the bit', async () => {
    const settings = { ...brief, iterations: 2, kl: 0.1 };
    const [here, there] = [await open(), await open({ worker: true })];
    const alone = await trainToy({ planner: here, settings });
    expect((await trainToy({ planner: there, settings })).records).toEqual(alone.records);
    expect(await savedBytes(there)).toEqual(await savedBytes(here));
  });

  it('resumed, gives the same numbers as never stopped, to the bit, though it reads everything again', async () => {
    const settings = { ...brief, iterations: 4 };
    const whole = await trainToy({ planner: await open(), settings });
    const checkpoints = { folder: join(folder, 'run'), every: 2 };
    const stop = new AbortController();
    const stopped = { settings, checkpoints, signal: stop.signal };
    await trainToy({
      ...{ ...stopped, planner: await open() },
      onIteration: ({ iteration }) => {
        if (iteration === 3) stop.abort();
      },
    });
    // Another number of remembered texts is another encoder, which has read nothing yet.
    const rest = await trainToy({ planner: await open({ remembered: 5 }), settings, checkpoints });
    expect(rest.records.at(-1)).toEqual(whole.records.at(-1));
    expect(await savedBytes(rest.planner)).toEqual(await savedBytes(whole.planner));
  });
});

describe('its file', () => {
  it('names the encoder and is taken up by the same one alone', async () => {
    const planner = await open();
    await trainToy({ planner, settings: brief });
    const kept = join(folder, 'kept');
    await planner.save(kept);
    const { network } = JSON.parse(await readFile(join(kept, 'planner.json'), 'utf8')) as {
      network: Record<string, unknown>;
    };
    expect(network).toMatchObject({ encoder: 'one', fingerprint: /^the encoder sha256:/ as unknown });

    const moved = await writeTinyEncoder(join(models, 'moved'), { width: 16 });
    const copy = await open({ model: moved }, toyStrategies, 8);
    await copy.load(kept);
    expect(await savedBytes(copy)).toEqual(await savedBytes(planner));

    const other = await writeTinyEncoder(join(models, 'other'), { width: 16, seed: 2 });
    const failure = await (await open({ model: other })).load(kept).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(CheckpointError);
    expect((failure as CheckpointError).message).toMatch(
      /was trained over the encoder sha256:\w+ \(mean.*, not the encoder sha256:/,
    );
  });

  it('is not opened without the encoder', async () => {
    await expect(open({ model: join(models, 'nowhere') })).rejects.toThrow(WeightsError);
    await expect(open({ model: join(models, 'nowhere') })).rejects.toThrow(/config\.json is not usable/);
  });
});

it('learns task after task with every method', async () => {
  const methods = [
    new Replay(replayOptionsSchema.parse({ capacity: 16 }), toyStrategies, 1),
    new Kl(klOptionsSchema.parse({ capacity: 16 }), 1),
    new Ewc(ewcOptionsSchema.parse({ weight: 10 }), 1),
  ];
  const planner = new ContinualPlanner(await open(), methods);
  for (const task of ['first', 'second']) {
    planner.task = task;
    const { records } = await trainToy({ planner, settings: brief });
    expect(records[0]!.update!.gradientNorm).toBeGreaterThan(0);
    await planner.endTask();
  }
});
