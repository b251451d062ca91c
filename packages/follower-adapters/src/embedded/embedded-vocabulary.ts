import { FollowerError, type Strategy } from '@rsim/core';
import { BOS_TOKEN, EOS_TOKEN, PAD_TOKEN, SPECIAL_TOKENS, type Tokenizer } from '@rsim/lm';

import type { WrittenStep } from '../engine/engine.js';
import type { StepRequest, VocabularyRoles } from './engine-messages.js';
import { ANSWER_TAG, type InjectionTemplate, renderInjection } from './injection-templates.js';

/** What a written step says, as text. */
export interface ReadStep {
  readonly text: string;
  /** The strategy the follower opened its line with, if it did. */
  readonly strategy: string | null;
}

/** Between text and ids: questions, injections, and what the follower wrote. */
export class EmbeddedVocabulary {
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
  readStrategy(strategy: Strategy | null): Pick<StepRequest, 'injection' | 'mode'> {
    if (strategy === null) return { injection: [], mode: 'free' };
    const injection = this.tokenizer.encode(renderInjection(this.template, strategy));
    return { injection, mode: strategy.terminal ? 'answer' : 'line' };
  }

  /** The text of a step without its end mark, and without the tag it opens with. */
  readStep({ tokens, finish }: WrittenStep): ReadStep {
    const strategy = this.#strategyByTag.get(tokens[0] ?? -1) ?? null;
    const start = strategy === null ? 0 : 1;
    const end = finish === 'length' ? tokens.length : tokens.length - 1;
    return { text: this.tokenizer.decode(tokens.slice(start, end)), strategy };
  }

  #idOf(text: string): number {
    return this.tokenizer.encode(text)[0] as number;
  }
}
