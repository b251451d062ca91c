import { createHash } from 'node:crypto';

import { CheckpointError, type FollowerBatch, FollowerError, type FollowerUpdate } from '@rsim/core';
import * as tf from '@tensorflow/tfjs-core';

import type { DecoderConfig } from '../decoder-config.js';
import type { DecoderWeights } from '../decoder-weights.js';
import { AdamW, type AdamWOptions } from './adamw.js';
import { policyGradients, sequenceLogProbabilities } from './policy-gradient.js';
import { loadTrainingCheckpoint, saveTrainingCheckpoint } from './training-checkpoint.js';

const optimizerDefaults: AdamWOptions = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, clipNorm: 1 };

/** A decoder's weights and their optimiser: a policy over tokens that is moved by policy gradients. */
export class DecoderPolicy {
  readonly #config: DecoderConfig;
  readonly #optimizer: AdamWOptions;
  #weights: DecoderWeights;
  #adamW: AdamW;
  #steps = 0;

  /** Works on a copy of `weights`; on the tfjs backend that is set, or else wasm. */
  constructor(config: DecoderConfig, weights: DecoderWeights, optimizer: Partial<AdamWOptions> = {}) {
    this.#config = config;
    this.#optimizer = { ...optimizerDefaults, ...optimizer };
    this.#weights = copyOf(weights);
    this.#adamW = AdamW.start(this.#optimizer, this.#weights);
  }

  /** SHA-256 of the weights, hexadecimal. */
  get fingerprint(): string {
    const hash = createHash('sha256');
    for (const { data } of this.#weights.values()) hash.update(data);
    return hash.digest('hex');
  }

  /** Changed in place by updates. */
  get weights(): DecoderWeights {
    return this.#weights;
  }

  async logProbabilities(sequences: readonly (readonly number[])[], temperature = 1): Promise<number[][]> {
    await startBackend();
    return sequenceLogProbabilities(this.#config, this.#weights, sequences, temperature);
  }

  /** @throws FollowerError, code `update-not-finite`, before any weight is changed */
  async update(batch: FollowerBatch): Promise<FollowerUpdate> {
    await startBackend();
    const { update, gradients } = await policyGradients(this.#config, this.#weights, batch);
    const isFinite = [...gradients.values()].every((gradient) => gradient.every(Number.isFinite));
    if (!isFinite || !Number.isFinite(update.loss)) {
      throw new FollowerError(`The update of ${batch.sequences.length} sequences is not finite.`, {
        code: 'update-not-finite',
        remedy:
          'Lower the learning rate, and look at the batch: an advantage or an old log-probability is out of range.',
      });
    }
    this.#steps += 1;
    this.#adamW.update(this.#weights, gradients, batch.learningRate, this.#steps);
    return update;
  }

  async save(folder: string): Promise<void> {
    const progress = { step: this.#steps, documents: 0, tokens: 0, losses: [] };
    const { moments } = this.#adamW;
    await saveTrainingCheckpoint(folder, this.#settings(), { progress, weights: this.#weights, moments });
  }

  /** @throws CheckpointError when the folder has no checkpoint, or a damaged one, or that of another decoder */
  async load(folder: string): Promise<void> {
    const found = await loadTrainingCheckpoint(folder, this.#settings());
    if (found === null) {
      throw new CheckpointError(`There is no checkpoint of a follower in ${folder}.`, {
        remedy: 'Name a folder that a follower was saved in.',
      });
    }
    this.#weights = found.weights;
    this.#adamW = new AdamW(this.#optimizer, found.moments);
    this.#steps = found.progress.step;
  }

  #settings(): string {
    return JSON.stringify({ policy: this.#config, optimizer: this.#optimizer });
  }
}

function copyOf(weights: DecoderWeights): DecoderWeights {
  return new Map([...weights].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
}

async function startBackend(): Promise<void> {
  if (tf.getBackend()) return;
  await import('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend('wasm');
}
