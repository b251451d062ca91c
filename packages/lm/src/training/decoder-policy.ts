import { createHash } from 'node:crypto';

import { CheckpointError, type FollowerBatch, FollowerError, type FollowerUpdate } from '@rsim/core';
import * as tf from '@tensorflow/tfjs-core';

import type { DecoderConfig } from '../decoder-config.js';
import type { DecoderWeights } from '../decoder-weights.js';
import { type LoraAdapter, mergeLora } from '../lora/lora-adapter.js';
import { AdamW, type AdamWOptions } from './adamw.js';
import { policyGradients, sequenceLogProbabilities } from './policy-gradient.js';
import { loadTrainingCheckpoint, saveTrainingCheckpoint } from './training-checkpoint.js';

const optimizerDefaults: AdamWOptions = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, clipNorm: 1 };

export interface DecoderPolicyOptions {
  readonly optimizer?: Partial<AdamWOptions>;
  /** What is learned in place of the weights, a copy of it. */
  readonly adapter?: LoraAdapter | null;
}

/** A decoder's weights, or those of an adapter to them, and their optimiser: a policy over tokens that is moved by policy gradients. */
export class DecoderPolicy {
  readonly #config: DecoderConfig;
  readonly #optimizer: AdamWOptions;
  #weights: DecoderWeights;
  #adapter: LoraAdapter | null;
  #adamW: AdamW;
  #steps = 0;

  /** Works on a copy of what it learns; on the tfjs backend that is set, or else wasm. */
  constructor(
    config: DecoderConfig,
    weights: DecoderWeights,
    { optimizer, adapter = null }: DecoderPolicyOptions = {},
  ) {
    this.#config = config;
    this.#optimizer = { ...optimizerDefaults, ...optimizer };
    this.#weights = adapter ? weights : copyOf(weights);
    this.#adapter = adapter && { ...adapter, weights: copyOf(adapter.weights) };
    this.#adamW = AdamW.start(this.#optimizer, this.#learned);
  }

  /** SHA-256 of the weights, and the adapter's, hexadecimal. */
  get fingerprint(): string {
    return hashOf(this.#adapter ? [this.#weights, this.#adapter.weights] : [this.#weights]);
  }

  /** With what an adapter adds, in a copy; without one changed in place by updates. */
  get weights(): DecoderWeights {
    return this.#adapter ? mergeLora(this.#weights, this.#adapter) : this.#weights;
  }

  /** What is learned in place of the weights, changed in place by updates. */
  get adapter(): LoraAdapter | null {
    return this.#adapter;
  }

  get #learned(): DecoderWeights {
    return this.#adapter?.weights ?? this.#weights;
  }

  async logProbabilities(sequences: readonly (readonly number[])[], temperature = 1): Promise<number[][]> {
    await startBackend();
    return sequenceLogProbabilities(this.#config, this.#weights, sequences, temperature, this.#adapter);
  }

  /** @throws FollowerError, code `update-not-finite`, before any weight is changed */
  async update(batch: FollowerBatch): Promise<FollowerUpdate> {
    await startBackend();
    const { update, gradients } = await policyGradients(this.#config, this.#weights, batch, this.#adapter);
    const isFinite = [...gradients.values()].every((gradient) => gradient.every(Number.isFinite));
    if (!isFinite || !Number.isFinite(update.loss)) {
      throw new FollowerError(`The update of ${batch.sequences.length} sequences is not finite.`, {
        code: 'update-not-finite',
        remedy:
          'Lower the learning rate, and look at the batch: an advantage or an old log-probability is out of range.',
      });
    }
    this.#steps += 1;
    this.#adamW.update(this.#learned, gradients, batch.learningRate, this.#steps);
    return update;
  }

  async save(folder: string): Promise<void> {
    const progress = { step: this.#steps, documents: 0, tokens: 0, losses: [] };
    const { moments } = this.#adamW;
    await saveTrainingCheckpoint(folder, this.#settings(), { progress, weights: this.#learned, moments });
  }

  /** @throws CheckpointError when the folder has no checkpoint, or a damaged one, or that of another decoder */
  async load(folder: string): Promise<void> {
    const found = await loadTrainingCheckpoint(folder, this.#settings());
    if (found === null) {
      throw new CheckpointError(`There is no checkpoint of a follower in ${folder}.`, {
        remedy: 'Name a folder that a follower was saved in.',
      });
    }
    if (this.#adapter) this.#adapter = { ...this.#adapter, weights: found.weights };
    else this.#weights = found.weights;
    this.#adamW = new AdamW(this.#optimizer, found.moments);
    this.#steps = found.progress.step;
  }

  #settings(): string {
    const learned = this.#adapter && { lora: this.#adapter.options, base: hashOf([this.#weights]) };
    return JSON.stringify({ policy: this.#config, optimizer: this.#optimizer, ...learned });
  }
}

function hashOf(parts: readonly DecoderWeights[]): string {
  const hash = createHash('sha256');
  for (const weights of parts) for (const { data } of weights.values()) hash.update(data);
  return hash.digest('hex');
}

function copyOf(weights: DecoderWeights): DecoderWeights {
  return new Map([...weights].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
}

async function startBackend(): Promise<void> {
  if (tf.getBackend()) return;
  await import('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend('wasm');
}
