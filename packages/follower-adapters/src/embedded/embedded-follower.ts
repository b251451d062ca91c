import { availableParallelism } from 'node:os';

import { type Follower, FollowerError, type FollowerSession } from '@rsim/core';
import { buildDecoderGraph, type DecoderWeights } from '@rsim/lm';

import type { WrittenStep } from '../engine/engine.js';
import { EnginePool } from '../engine/engine-pool.js';
import { EngineSession } from '../engine/engine-session.js';
import { openRestingChannel } from '../engine/resting-channel.js';
import { WeightSwap } from '../engine/weight-swap.js';
import { openWorkerChannel } from '../engine/worker-channel.js';
import type { EmbeddedModel } from './embedded-model.js';
import { EmbeddedVocabulary } from './embedded-vocabulary.js';
import type { StepRequest } from './engine-messages.js';
import type { EngineWorkerData } from './engine-worker.js';
import { type InjectionTemplate, strategyTags } from './injection-templates.js';

const workerModule = new URL(
  import.meta.url.endsWith('.ts') ? './engine-worker.ts' : './engine-worker.js',
  import.meta.url,
);

export interface EmbeddedFollowerOptions {
  /** Worker threads, each with its own engine; one per processor by default. 0 runs in the calling thread. */
  readonly workers?: number;
  /** What the model is given for each strategy; by default the tags that the shipped models were trained on. */
  readonly template?: InjectionTemplate;
}

/**
 * A small language model run on onnxruntime. Steps of all sessions that are asked for at the same time run as one batch,
 * a token of each per round, and a session joins or leaves that batch at any token. The same calls in the same order make
 * the same batches. Workers start with their first session, and end when they have had none for a while.
 *
 * Log-probabilities are the model's own, over its whole vocabulary at temperature 1. A guided step cannot write special
 * tokens: those are excluded when a token is drawn. The end mark of a step is among its tokens; the line feed that
 * closes a cut line before the next step is not counted against the budget.
 */
export class EmbeddedFollower implements Follower {
  readonly #weights: WeightSwap;

  private constructor(
    readonly name: string,
    readonly parameters: number,
    private readonly vocabulary: EmbeddedVocabulary,
    private readonly engines: EnginePool<StepRequest>,
    private readonly data: EngineWorkerData,
    readonly fingerprint?: string,
  ) {
    // Kept for engines that start later.
    this.#weights = new WeightSwap(engines, (weights) => (data.graph = buildDecoderGraph(data.config, weights)));
  }

  static async create(model: EmbeddedModel, options: EmbeddedFollowerOptions = {}): Promise<EmbeddedFollower> {
    const { workers = availableParallelism(), template = strategyTags } = options;
    const vocabulary = new EmbeddedVocabulary(model.tokenizer, template);
    const data: EngineWorkerData = {
      config: model.config,
      graph: buildDecoderGraph(model.config, model.weights),
      roles: vocabulary.roles,
    };
    const engines = await EnginePool.create<StepRequest, WrittenStep>(Math.max(1, workers), async (listener) => {
      if (workers > 0) return openRestingChannel(() => openWorkerChannel(workerModule, data, listener));
      const { openInlineEngine } = await import('./inline-engine.js');
      return openInlineEngine(data, listener);
    });
    return new EmbeddedFollower(model.name, model.parameters, vocabulary, engines, data, model.fingerprint);
  }

  async open(question: string): Promise<FollowerSession> {
    const tokens = this.vocabulary.readQuestion(question);
    const { maxPositions } = this.data.config;
    if (tokens.length >= maxPositions) {
      throw new FollowerError(`The question has ${tokens.length} tokens; the follower reads ${maxPositions}.`, {
        code: 'context-overflow',
        remedy: 'Ask a shorter question.',
      });
    }
    this.#weights.carryOut();
    const { engine, session } = await this.engines.open(tokens);
    return new EngineSession(engine, this.vocabulary, session);
  }

  /**
   * Goes on with other weights of the same sizes. Sessions opened before are at their end: their steps are rejected with the code
   * `session-outdated`. The weights are taken as they are when the next session is opened, so that many updates before it
   * cost one swap; each engine loads them in its own thread.
   */
  swapWeights(weights: DecoderWeights): void {
    this.#weights.request(weights);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engines.dispose();
  }
}
