import type {
  Episode,
  FollowerBatch,
  FollowerSession,
  FollowerUpdate,
  FrozenFollower,
  LearningDevice,
  TrainableFollower,
  Transcript,
} from '@rsim/core';
import { type DecoderWeights, type LoraAdapter, type PublishedModel, writePeftFolder } from '@rsim/lm';
import type { BackendChoice } from '@rsim/lm/backends';
import { DecoderPolicy, policyThread, policyWork, scoringThread } from '@rsim/lm/training';

import { EmbeddedFollower, type EmbeddedFollowerOptions } from '../embedded/embedded-follower.js';
import type { EmbeddedModel } from '../embedded/embedded-model.js';
import { EmbeddedVocabulary } from '../embedded/embedded-vocabulary.js';
import { strategyTags } from '../embedded/injection-templates.js';

/** What writes the steps of a follower that learns. */
export interface Rollouts extends AsyncDisposable {
  open(question: string): Promise<FollowerSession>;
  /** Goes on with other weights; sessions opened before are at their end. */
  swapWeights(weights: DecoderWeights): void;
  transcript: TrainableFollower['transcript'];
}

export interface TfjsLearning {
  /** What is learned in place of the weights. */
  readonly adapter?: LoraAdapter | null;
  /** What learning runs on; `wasm` by default. */
  readonly backend?: BackendChoice;
  /** Whether learning has a thread of its own, as by default; the numbers are the same. */
  readonly learnerThread?: boolean;
}

export type TfjsFollowerOptions = EmbeddedFollowerOptions & TfjsLearning;

/**
 * A follower that learns: updates are computed on tfjs in a thread of their own, steps are written on onnxruntime, whose engines go on with the new
 * weights after an update; sessions of the old ones end with them.
 */
export class TfjsFollower implements TrainableFollower {
  private constructor(
    private readonly model: Pick<PublishedModel, 'name' | 'parameters'>,
    private readonly policy: DecoderPolicy,
    private readonly rollouts: Rollouts,
    readonly learnsApart: boolean,
  ) {}

  /** An embedded model. */
  static async create(model: EmbeddedModel, options: TfjsFollowerOptions = {}): Promise<TfjsFollower> {
    const vocabulary = new EmbeddedVocabulary(model.tokenizer, options.template ?? strategyTags);
    const follower = await EmbeddedFollower.create(model, options);
    return TfjsFollower.over(model, embeddedRollouts(follower, vocabulary), options);
  }

  /** Any decoder whose steps something writes. */
  static over(
    { name, parameters, config, weights }: Omit<PublishedModel, 'fingerprint'>,
    rollouts: Rollouts,
    { adapter = null, backend = 'wasm', learnerThread = true }: TfjsLearning = {},
  ): TfjsFollower {
    const work = learnerThread ? policyThread : policyWork;
    const policy = new DecoderPolicy(config, weights, { adapter, backend, work });
    if (adapter) rollouts.swapWeights(policy.weights);
    return new TfjsFollower({ name, parameters }, policy, rollouts, learnerThread);
  }

  get name(): string {
    return this.model.name;
  }

  get parameters(): number {
    return this.model.parameters;
  }

  learnsOn(): Promise<LearningDevice> {
    return this.policy.learnsOn();
  }

  open(question: string): Promise<FollowerSession> {
    return this.rollouts.open(question);
  }

  /** Of the weights as they are. */
  get fingerprint(): string {
    return this.policy.fingerprint;
  }

  logProbabilities(sequences: readonly (readonly number[])[], temperature?: number): Promise<number[][]> {
    return this.policy.logProbabilities(sequences, temperature);
  }

  transcript(episode: Pick<Episode, 'problem' | 'steps'>): Transcript {
    return this.rollouts.transcript(episode);
  }

  /** It scores in another thread than this one learns in, if that is one of its own. */
  freeze(): FrozenFollower {
    return this.policy.freeze(this.learnsApart ? scoringThread : policyWork);
  }

  async update(batch: FollowerBatch): Promise<FollowerUpdate> {
    const update = await this.policy.update(batch);
    this.rollouts.swapWeights(this.policy.weights);
    return update;
  }

  /** An adapter is also written as PEFT has it. */
  async save(folder: string): Promise<void> {
    await this.policy.save(folder);
    if (this.policy.adapter) await writePeftFolder(folder, this.policy.adapter);
  }

  async load(folder: string): Promise<void> {
    await this.policy.load(folder);
    this.rollouts.swapWeights(this.policy.weights);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rollouts[Symbol.asyncDispose]();
  }
}

function embeddedRollouts(follower: EmbeddedFollower, vocabulary: EmbeddedVocabulary): Rollouts {
  return {
    open: (question) => follower.open(question),
    swapWeights: (weights) => {
      follower.swapWeights(weights);
    },
    transcript: (episode) => vocabulary.transcript(episode),
    [Symbol.asyncDispose]: () => follower[Symbol.asyncDispose](),
  };
}
