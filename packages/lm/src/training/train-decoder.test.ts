import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CheckpointError, ConfigError, Random } from '@rsim/core';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { readModelFolder } from '../model-folder.js';
import { referenceLogProbabilities } from '../reference-decoder.js';
import { buildTokenizerJson } from '../tokenizer-json.js';
import { Tokenizer } from '../tokenizer.js';
import type { TrainingDocument } from './packed-documents.js';
import { modelCard } from './model-card.js';
import { trainDecoder, type TrainingSettings } from './train-decoder.js';
import { writeModelFolder } from './write-model-folder.js';

const tokenizerJson = buildTokenizerJson([]);
const tokenizer = new Tokenizer(tokenizerJson);
const settings: TrainingSettings = {
  decoder: {
    vocabularySize: tokenizer.vocabularySize,
    hiddenSize: 16,
    intermediateSize: 24,
    layers: 1,
    heads: 2,
    maxPositions: 24,
    rmsNormEpsilon: 1e-5,
    ropeTheta: 1000,
  },
  seed: 5,
  steps: 60,
  batchDocuments: 8,
  learningRate: 0.02,
  warmupSteps: 5,
};

/** A letter, three times: what follows the first can be known. The first and the line feed do not count. */
function* documents(from: number): Generator<TrainingDocument> {
  for (let number = from; ; number += 1) {
    const letter = Random.of(number).pick(['a', 'b', 'c', 'd']);
    const tokens = tokenizer.encode(`<|bos|>${letter}\n${letter}${letter}<|eos|>`);
    yield { tokens, weights: tokens.map((_, index) => (index < 3 ? 0 : 1)) };
  }
}

let folder = '';
beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('wasm');
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-training-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('trainDecoder', () => {
  it('learns a tiny corpus and writes a model that reads back as it was trained', async () => {
    const losses: number[] = [];
    const trained = await trainDecoder({ settings, documents, onProgress: ({ loss }) => losses.push(loss) });
    expect(trained.finished).toBe(true);
    expect(losses[0]).toBeGreaterThan(3);
    expect(losses.at(-1)).toBeLessThan(0.5);
    const facts = { name: 'letters', settings, progress: trained.progress, mixture: { letters: 1 }, accuracyAlone: {} };
    const { name, decoder: config } = { name: 'letters', decoder: settings.decoder };
    await writeModelFolder(folder, {
      name,
      config,
      weights: trained.weights,
      tokenizer: tokenizerJson,
      card: modelCard(facts),
    });
    const model = await readModelFolder(folder);
    expect(model.config).toEqual(config);
    const rows = referenceLogProbabilities(model.config, model.weights, tokenizer.encode('<|bos|>c\nc'));
    expect(Math.exp(rows.at(-1)?.[tokenizer.encode('c')[0] as number] as number)).toBeGreaterThan(0.5);
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toContain('480');
  });

  it('goes on from a checkpoint as if it had never stopped', async () => {
    const whole = await trainDecoder({ settings: { ...settings, steps: 6 }, documents });
    const controller = new AbortController();
    const options = { settings: { ...settings, steps: 6 }, documents, checkpoints: { folder, everySteps: 2 } };
    const first = await trainDecoder({
      ...options,
      signal: controller.signal,
      onProgress: ({ step }) => {
        if (step === 3) controller.abort();
      },
    });
    expect(first).toMatchObject({ finished: false, progress: { step: 3, documents: 24 } });
    const second = await trainDecoder(options);
    expect(second.progress).toEqual(whole.progress);
    expect(second.weights).toEqual(whole.weights);
  });

  it('refuses a damaged checkpoint, and one of another training', async () => {
    const options = { settings: { ...settings, steps: 1 }, documents, checkpoints: { folder, everySteps: 1 } };
    await trainDecoder(options);
    const other = { ...options, settings: { ...options.settings, learningRate: 1 } };
    await expect(trainDecoder(other)).rejects.toThrow(/other settings/);
    for (const file of await readdir(folder)) {
      const bytes = await readFile(join(folder, file));
      const broken = bytes.with(bytes.length - 3, (bytes[bytes.length - 3] as number) ^ 8);
      await writeFile(join(folder, file), broken);
      await expect(trainDecoder(options)).rejects.toThrow(CheckpointError);
      await writeFile(join(folder, file), bytes);
    }
    await expect(trainDecoder(options)).resolves.toMatchObject({ finished: true });
  });

  it('refuses documents that it cannot learn from', async () => {
    const long = Array.from({ length: 26 }, () => 20);
    for (const document of [
      { tokens: [1], weights: [1] },
      { tokens: long, weights: long },
      { tokens: [1, 2], weights: [1] },
    ]) {
      await expect(trainDecoder({ settings, documents: () => [document] })).rejects.toThrow();
      await expect(
        trainDecoder({ settings: { ...settings, batchDocuments: 1 }, documents: () => [document] }),
      ).rejects.toThrow(ConfigError);
    }
  });
});
