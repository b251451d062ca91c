import { createHash } from 'node:crypto';

import { CheckpointError, type FollowerBatch, type FollowerUpdate, type FrozenFollower } from '@rsim/core';

import type { BackendChoice, BackendDevice } from '../backends/index.js';
import type { DecoderConfig } from '../decoder-config.js';
import type { DecoderWeights } from '../decoder-weights.js';
import { type LoraAdapter, mergeLora } from '../lora/lora-adapter.js';
import type { AdamWOptions } from './adamw.js';
import { type PolicyNetwork, type PolicyState, type PolicyWork, policyWork } from './policy-work.js';
import { copyWeights, sharedCopy, sharedZeros } from './shared-weights.js';
import { loadTrainingCheckpoint, saveTrainingCheckpoint } from './training-checkpoint.js';

const optimizerDefaults: AdamWOptions = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, clipNorm: 1 };

export interface DecoderPolicyOptions {
  readonly optimizer?: Partial<AdamWOptions>;
  /** What is learned in place of the weights, a copy of it. */
  readonly adapter?: LoraAdapter | null;
  /** What it learns on; `wasm` by default. */
  readonly backend?: BackendChoice;
  /** Where it learns: in the calling thread by default. */
  readonly work?: PolicyWork;
}

/** A decoder's weights, or those of an adapter to them, and their optimiser: a policy over tokens that is moved by policy gradients. */
export class DecoderPolicy {
  readonly #network: PolicyNetwork;
  readonly #optimizer: AdamWOptions;
  readonly #work: PolicyWork;
  readonly #backend: BackendChoice;
  #state: PolicyState;
  /** The state of the step before, which the next one is written over: two that take turns, made at the first step. */
  #spare: PolicyState | null = null;
  /** Memory of what was frozen and is no longer needed. */
  readonly #copies: DecoderWeights[] = [];
  #steps = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** Works on copies, in memory that threads share. */
  constructor(
    config: DecoderConfig,
    weights: DecoderWeights,
    { optimizer, adapter = null, backend = 'wasm', work = policyWork }: DecoderPolicyOptions = {},
  ) {
    this.#network = { config, base: adapter && { weights: sharedCopy(weights), lora: adapter.options } };
    this.#optimizer = { ...optimizerDefaults, ...optimizer };
    this.#work = work;
    this.#backend = backend;
    this.#state = startOf(sharedCopy(adapter?.weights ?? weights));
  }

  /** SHA-256 of the weights, and the adapter's, hexadecimal. */
  get fingerprint(): string {
    const { base } = this.#network;
    return hashOf(base === null ? [this.#state.learned] : [base.weights, this.#state.learned]);
  }

  /** With what an adapter adds. They hold until the update after the next. */
  get weights(): DecoderWeights {
    const { base } = this.#network;
    return base === null ? this.#state.learned : mergeLora(base.weights, this.#adapter(base.lora));
  }

  /** What is learned in place of the weights; holds as they do. */
  get adapter(): LoraAdapter | null {
    const { base } = this.#network;
    return base && this.#adapter(base.lora);
  }

  /** What it learns on, started if it was not. @throws ConfigError, code `backend-unusable` */
  learnsOn(): Promise<BackendDevice> {
    return this.#work.start(this.#backend);
  }

  async logProbabilities(sequences: readonly (readonly number[])[], temperature = 1): Promise<number[][]> {
    const { learned } = this.#state;
    return this.#work.score({ backend: this.#backend, network: this.#network, learned, sequences, temperature });
  }

  /**
   * The policy as it is now. Of what is learned a copy is kept, in memory of one that was disposed where there is any: shared memory that
   * is only dropped stays until the garbage of every thread that saw it is collected.
   * @param work where it scores: where the policy learns by default
   */
  freeze(work: PolicyWork = this.#work): FrozenFollower {
    const [backend, network] = [this.#backend, this.#network];
    const learned = this.#copies.pop() ?? sharedZeros(this.#state.learned);
    copyWeights(this.#state.learned, learned);
    let isHeld = true;
    return {
      logProbabilities: (sequences, temperature = 1) =>
        work.score({ backend, network, learned, sequences, temperature }),
      [Symbol.dispose]: () => {
        if (isHeld) this.#copies.push(learned);
        isHeld = false;
      },
    };
  }

  /**
   * Updates asked for at once are made in turn.
   * @throws FollowerError, code `update-not-finite`, or what the work failed of; then all is as it was
   */
  update(batch: FollowerBatch): Promise<FollowerUpdate> {
    const made = this.#last.then(() => this.#update(batch));
    this.#last = made.catch(() => undefined);
    return made;
  }

  async save(folder: string): Promise<void> {
    const progress = { step: this.#steps, documents: 0, tokens: 0, losses: [] };
    const { learned: weights, moments } = this.#state;
    await saveTrainingCheckpoint(folder, this.#settings(), { progress, weights, moments });
  }

  /** @throws CheckpointError when the folder has no checkpoint, or a damaged one, or that of another decoder */
  async load(folder: string): Promise<void> {
    const found = await loadTrainingCheckpoint(folder, this.#settings());
    if (found === null) {
      throw new CheckpointError(`There is no checkpoint of a follower in ${folder}.`, {
        remedy: 'Name a folder that a follower was saved in.',
      });
    }
    const { first, second } = found.moments;
    this.#state = {
      learned: sharedCopy(found.weights),
      moments: { first: sharedCopy(first), second: sharedCopy(second) },
    };
    this.#steps = found.progress.step;
  }

  async #update(batch: FollowerBatch): Promise<FollowerUpdate> {
    const [state, next] = [this.#state, (this.#spare ??= startOf(sharedZeros(this.#state.learned)))];
    const step = this.#steps + 1;
    const update = await this.#work.update({
      ...{ backend: this.#backend, network: this.#network, optimizer: this.#optimizer },
      ...{ state, next, step, batch },
    });
    [this.#state, this.#spare, this.#steps] = [next, state, step];
    return update;
  }

  #adapter(options: LoraAdapter['options']): LoraAdapter {
    return { options, weights: this.#state.learned };
  }

  #settings(): string {
    const { config, base } = this.#network;
    const learned = base && { lora: base.lora, base: hashOf([base.weights]) };
    return JSON.stringify({ policy: config, optimizer: this.#optimizer, ...learned });
  }
}

function startOf(learned: DecoderWeights): PolicyState {
  return { learned, moments: { first: sharedZeros(learned), second: sharedZeros(learned) } };
}

function hashOf(parts: readonly DecoderWeights[]): string {
  const hash = createHash('sha256');
  for (const weights of parts) for (const { data } of weights.values()) hash.update(data);
  return hash.digest('hex');
}
