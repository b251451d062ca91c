import { type Episode, FollowerError, type StepOptions, type Strategy, type Transcript } from '@rsim/core';
import { BOS_TOKEN, EOS_TOKEN, PAD_TOKEN, SPECIAL_TOKENS, type Tokenizer } from '@rsim/lm';

import type { WrittenStep } from '../engine/engine.js';
import type { SessionLanguage } from '../engine/engine-session.js';
import type { StepRequest, VocabularyRoles } from './engine-messages.js';
import { ANSWER_TAG, type InjectionTemplate, renderInjection } from './injection-templates.js';

/** Between text and ids: questions, injections, and what the follower wrote. */
export class EmbeddedVocabulary implements SessionLanguage<StepRequest, WrittenStep> {
  readonly roles: VocabularyRoles;
  readonly #strategyByTag: ReadonlyMap<number, string>;

  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly template: InjectionTemplate,
  ) {
    this.roles = {
      size: tokenizer.vocabularySize,
      specialTokens: SPECIAL_TOKENS.length,
      lineFeed: this.#idOf('\n'),
      endOfDocument: this.#idOf(EOS_TOKEN),
      never: [this.#idOf(PAD_TOKEN), this.#idOf(BOS_TOKEN)],
      answerTag: this.#idOf(ANSWER_TAG),
    };
    const injections = Object.entries(template).map(([id, text]) => ({ id, tokens: tokenizer.encode(text) }));
    this.#strategyByTag = new Map(
      injections.flatMap(({ id, tokens }) => (tokens.length === 1 ? [[tokens[0] as number, id]] : [])),
    );
  }

  /**
   * The ids a document about `question` begins with; its line feed follows with the first step.
   * @throws FollowerError when the question holds a special token or a character without a token
   */
  readQuestion(question: string): number[] {
    const tag = SPECIAL_TOKENS.find((token) => question.includes(token));
    if (tag !== undefined) {
      throw new FollowerError(`The question contains ${tag}, which steers the follower.`, {
        code: 'text-not-encodable',
        remedy: 'Take the special tokens out of the question.',
      });
    }
    return this.tokenizer.encode(`${BOS_TOKEN}${question}`);
  }

  /** @throws FollowerError when the template does not know the strategy */
  request(strategy: Strategy | null, { maxTokens, temperature, seed }: StepOptions): StepRequest {
    const limits = { maxTokens, temperature, seed };
    if (strategy === null) return { injection: [], mode: 'free', ...limits };
    const injection = this.#injection(strategy);
    return { injection, mode: strategy.terminal ? 'answer' : 'line', ...limits };
  }

  /** The text of a step without its end mark, and without the tag it opens with, which names an unguided step's strategy. */
  read(guiding: Strategy | null, { tokens, finish }: WrittenStep): { text: string; strategy: string | null } {
    const strategy = this.#strategyByTag.get(tokens[0] ?? -1) ?? null;
    const start = strategy === null ? 0 : 1;
    const end = finish === 'length' ? tokens.length : tokens.length - 1;
    return { text: this.tokenizer.decode(tokens.slice(start, end)), strategy: guiding?.id ?? strategy };
  }

  /** What a session evaluated of an episode: the question, and for each step a line feed, its injection and what was written. */
  transcript({ problem, steps }: Pick<Episode, 'problem' | 'steps'>): Transcript {
    const question = this.readQuestion(problem.question);
    const tokens = [...question];
    const logProbabilities: (number | null)[] = tokens.map(() => null);
    for (const step of steps) {
      const isGuided = step.decision !== null || step.forced;
      const injection = isGuided && step.strategy !== null ? this.#injection({ id: step.strategy }) : [];
      // A step that its injection left no room for never reached the model; one that it filled did.
      if (step.tokens.length === 0 && step.budgetTokens !== injection.length) continue;
      // A line feed that ends the question is part of it and closes no line.
      const isClosed = tokens.length > question.length && tokens.at(-1) === this.roles.lineFeed;
      const read = isClosed ? injection : [this.roles.lineFeed, ...injection];
      tokens.push(...read, ...step.tokens);
      logProbabilities.push(...read.map(() => null), ...step.logProbabilities);
    }
    return { tokens, logProbabilities };
  }

  /** Conversations differ in nothing that concerns the language. */
  fork(): this {
    return this;
  }

  #injection(strategy: Pick<Strategy, 'id'>): number[] {
    return this.tokenizer.encode(renderInjection(this.template, strategy));
  }

  #idOf(text: string): number {
    return this.tokenizer.encode(text)[0] as number;
  }
}
