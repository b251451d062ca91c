import type {
  Episode,
  FollowerBatch,
  FollowerSession,
  FollowerUpdate,
  TokenScorer,
  TrainableFollower,
  Transcript,
} from '@rsim/core';
import { DecoderPolicy } from '@rsim/lm/training';

import { EmbeddedFollower, type EmbeddedFollowerOptions } from '../embedded/embedded-follower.js';
import type { EmbeddedModel } from '../embedded/embedded-model.js';
import { EmbeddedVocabulary } from '../embedded/embedded-vocabulary.js';
import { strategyTags } from '../embedded/injection-templates.js';

/**
 * An embedded follower that learns: updates are computed on tfjs, steps are written on onnxruntime, whose engines go on with the
 * new weights after an update; sessions of the old ones end with them.
 */
export class TfjsFollower implements TrainableFollower {
  private constructor(
    private readonly model: EmbeddedModel,
    private readonly policy: DecoderPolicy,
    private readonly vocabulary: EmbeddedVocabulary,
    private readonly rollouts: EmbeddedFollower,
  ) {}

  static async create(model: EmbeddedModel, options: EmbeddedFollowerOptions = {}): Promise<TfjsFollower> {
    const policy = new DecoderPolicy(model.config, model.weights);
    const vocabulary = new EmbeddedVocabulary(model.tokenizer, options.template ?? strategyTags);
    return new TfjsFollower(model, policy, vocabulary, await EmbeddedFollower.create(model, options));
  }

  get name(): string {
    return this.model.name;
  }

  get parameters(): number {
    return this.model.parameters;
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
    return this.vocabulary.transcript(episode);
  }

  freeze(): TokenScorer {
    return new DecoderPolicy(this.model.config, this.policy.weights);
  }

  async update(batch: FollowerBatch): Promise<FollowerUpdate> {
    const update = await this.policy.update(batch);
    this.rollouts.swapWeights(this.policy.weights);
    return update;
  }

  save(folder: string): Promise<void> {
    return this.policy.save(folder);
  }

  async load(folder: string): Promise<void> {
    await this.policy.load(folder);
    this.rollouts.swapWeights(this.policy.weights);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rollouts[Symbol.asyncDispose]();
  }
}
