import {
  type Follower,
  FollowerError,
  type FollowerSession,
  type FollowerStep,
  type StepOptions,
  type Strategy,
} from '@rsim/core';
import { SPECIAL_TOKENS } from '@rsim/lm';
import { DecoderParameters, DecoderPolicy, evaluateStates } from '@rsim/lm/training';

import { loadEmbeddedModel } from '../embedded/embedded-model.js';
import { EmbeddedVocabulary } from '../embedded/embedded-vocabulary.js';
import { strategyTags } from '../embedded/injection-templates.js';

/**
 * What other followers of the embedded model `nano` are held to: tfjs computes every token from all tokens before it, by the code that
 * learning runs on, and nothing is shared with an engine: no graph, no cache, no batch, no sampling. Greedy and guided only.
 */
export class PolicyFollower implements Follower {
  readonly name = 'policy';
  readonly parameters = null;

  private constructor(
    private readonly vocabulary: EmbeddedVocabulary,
    private readonly decoder: GreedyDecoder,
  ) {}

  static async open(): Promise<PolicyFollower> {
    const { config, weights, tokenizer } = await loadEmbeddedModel('nano');
    const policy = new DecoderPolicy(config, weights);
    // The policy's first work sets the tfjs backend, on which the states are then computed, too.
    await policy.logProbabilities([[1, 2]]);
    const parameters = new DecoderParameters(weights);
    const embedding = weights.get('model.embed_tokens.weight')?.data ?? new Float32Array();
    const decoder: GreedyDecoder = {
      score: async (tokens) => (await policy.logProbabilities([tokens]))[0] ?? [],
      likeliest: async (tokens, isAllowed) => {
        const state = await evaluateStates(config, parameters, [{ tokens, places: [tokens.length - 1] }]);
        const logits = Array.from({ length: config.vocabularySize }, (_, token) =>
          isAllowed(token)
            ? state.reduce((sum, value, place) => sum + value * at(embedding, token * state.length + place), 0)
            : -Infinity,
        );
        return logits.indexOf(Math.max(...logits));
      },
      [Symbol.dispose]: () => parameters[Symbol.dispose](),
    };
    return new PolicyFollower(new EmbeddedVocabulary(tokenizer, strategyTags), decoder);
  }

  async open(question: string): Promise<FollowerSession> {
    return new PolicySession(this.vocabulary, this.decoder, this.vocabulary.readQuestion(question));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.decoder[Symbol.dispose]();
  }
}

interface GreedyDecoder extends Disposable {
  /** The log-probability of each token. */
  score(tokens: readonly number[]): Promise<number[]>;
  /** The likeliest of the tokens allowed to come next. */
  likeliest(tokens: readonly number[], isAllowed: (token: number) => boolean): Promise<number>;
}

class PolicySession implements FollowerSession {
  constructor(
    private readonly vocabulary: EmbeddedVocabulary,
    private readonly decoder: GreedyDecoder,
    private readonly tokens: number[],
  ) {}

  async step(strategy: Strategy | null, options: StepOptions): Promise<FollowerStep> {
    if (strategy === null || options.temperature !== 0) {
      throw new FollowerError('The reference writes guided greedy steps.', { remedy: 'Ask for such a step.' });
    }
    const { lineFeed, endOfDocument } = this.vocabulary.roles;
    const { injection } = this.vocabulary.request(strategy, options);
    const closing = this.tokens.at(-1) === lineFeed ? [] : [lineFeed];
    const end = strategy.terminal ? endOfDocument : lineFeed;
    const isAllowed = (token: number): boolean =>
      token === end || (token >= SPECIAL_TOKENS.length && token !== lineFeed);
    this.tokens.push(...closing, ...injection);
    const start = this.tokens.length;
    const most = start + options.maxTokens - injection.length;
    for (let token = -1; token !== end && this.tokens.length < most; this.tokens.push(token)) {
      token = await this.decoder.likeliest(this.tokens, isAllowed);
    }
    const tokens = this.tokens.slice(start);
    const finish = tokens.at(-1) !== end ? 'length' : strategy.terminal ? 'answer' : 'stop';
    const logProbabilities = (await this.decoder.score(this.tokens)).slice(start);
    const promptTokens = closing.length + injection.length;
    const usage = { promptTokens, budgetTokens: injection.length + tokens.length };
    const read = this.vocabulary.read(strategy, { tokens, logProbabilities, finish, promptTokens });
    return { ...read, tokens, logProbabilities, finish, usage };
  }

  async fork(): Promise<FollowerSession> {
    return new PolicySession(this.vocabulary, this.decoder, [...this.tokens]);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

const at = (values: Float32Array, index: number): number => values[index] as number;
