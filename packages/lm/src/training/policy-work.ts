import { type FollowerBatch, FollowerError, type FollowerUpdate, type OptimizerSettings } from '@rsim/core';

import { type BackendChoice, type BackendDevice, useBackend } from '../backends/index.js';
import type { DecoderConfig } from '../decoder-config.js';
import type { DecoderWeights } from '../decoder-weights.js';
import type { LoraOptions } from '../lora/lora-adapter.js';
import { AdamW, type AdamWMoments, type AdamWOptions } from './adamw.js';
import { policyGradients, sequenceLogProbabilities } from './policy-gradient.js';
import { copyWeights } from './shared-weights.js';

/** All that learning changes. */
export interface PolicyState {
  readonly learned: DecoderWeights;
  readonly moments: AdamWMoments;
}

/** A decoder, or one with adapters, whose weights alone are then learned. */
export interface PolicyNetwork {
  readonly config: DecoderConfig;
  /** With the adapters' options and the weights that they are added to. */
  readonly base: { readonly weights: DecoderWeights; readonly lora: LoraOptions } | null;
}

/** One policy-gradient step, with all that it depends on. */
export interface PolicyStep {
  readonly backend: BackendChoice;
  readonly network: PolicyNetwork;
  /** What the batch does not say otherwise. */
  readonly optimizer: AdamWOptions;
  readonly state: PolicyState;
  /** Where the state goes that it comes to: of the same shapes. What is in it counts only once the step has succeeded. */
  readonly next: PolicyState;
  /** From 1; what bias correction counts. */
  readonly step: number;
  readonly batch: FollowerBatch;
}

/** Sequences to be scored. */
export interface PolicyScoring {
  readonly backend: BackendChoice;
  readonly network: PolicyNetwork;
  readonly learned: DecoderWeights;
  readonly sequences: readonly (readonly number[])[];
  readonly temperature: number;
}

/** What a policy has done for it, in this thread or another. */
export interface PolicyWork {
  /** @throws ConfigError, code `backend-unusable`, as the other two do */
  start(backend: BackendChoice): Promise<BackendDevice>;
  /** @throws FollowerError, code `update-not-finite`: the loss, a gradient, or a weight that came of it is no finite number */
  update(step: PolicyStep): Promise<FollowerUpdate>;
  score(scoring: PolicyScoring): Promise<number[][]>;
}

/** In the calling thread. */
export const policyWork: PolicyWork = {
  start: useBackend,
  update: async ({ backend, network, optimizer, state, next, step, batch }) => {
    await useBackend(backend);
    const { weights, adapter } = parts(network, state.learned);
    const { update, gradients } = await policyGradients(network.config, weights, batch, adapter);
    const isFinite = [...gradients.values()].every((gradient) => gradient.every(Number.isFinite));
    if (!isFinite || !Number.isFinite(update.loss)) throw notFinite('The update', batch);
    copyWeights(state.learned, next.learned);
    copyWeights(state.moments.first, next.moments.first);
    copyWeights(state.moments.second, next.moments.second);
    const adam = new AdamW(optimizerOf(batch, optimizer), next.moments);
    if (!adam.update(next.learned, gradients, batch.learningRate, step))
      throw notFinite('A weight after the update', batch);
    return update;
  },
  score: async ({ backend, network, learned, sequences, temperature }) => {
    await useBackend(backend);
    const { weights, adapter } = parts(network, learned);
    return sequenceLogProbabilities(network.config, weights, sequences, temperature, adapter);
  },
};

function notFinite(what: string, { sequences }: FollowerBatch): FollowerError {
  return new FollowerError(`${what} of ${sequences.length} sequences is not finite.`, {
    code: 'update-not-finite',
    remedy: 'Lower the learning rate, and look at the batch: an advantage or an old log-probability is out of range.',
  });
}

function optimizerOf(batch: OptimizerSettings, defaults: AdamWOptions): AdamWOptions {
  const { beta1 = defaults.beta1, beta2 = defaults.beta2, weightDecay = defaults.weightDecay } = batch;
  return { ...defaults, beta1, beta2, weightDecay, clipNorm: batch.maxGradientNorm ?? defaults.clipNorm };
}

function parts({ base }: PolicyNetwork, learned: DecoderWeights) {
  return base === null
    ? { weights: learned, adapter: null }
    : { weights: base.weights, adapter: { options: base.lora, weights: learned } };
}
