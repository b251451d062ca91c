import { FollowerError, type Strategy, WeightsError } from '@rsim/core';

import type { ChatMessage, ChatTemplate } from './chat-template.js';
import type { ConversationOptions } from './conversation-options.js';

/** The text a conversation begins with. */
export interface Opening {
  readonly text: string;
  /** Whether the tokenizer adds what it puts before every text (a beginning-of-text mark); chat templates write their own. */
  readonly addSpecialTokens: boolean;
}

/**
 * How one conversation is written for a language model: the question, then one turn of the assistant that the model and
 * the injected strategies write in alternation. Text is only ever appended, so that a step evaluates its new tokens
 * only; what ended a step (a stop text) stays where the model wrote it.
 */
export class ConversationFormat {
  /**
   * @param chatTemplate the model's own; may be `null` where the options ask for a plain conversation
   * @throws WeightsError when the options ask for a chat and there is no template
   */
  constructor(
    private readonly options: ConversationOptions,
    private readonly chatTemplate: ChatTemplate | null,
  ) {
    if (options.format === 'chat' && chatTemplate === null) {
      throw new WeightsError('The model has no chat template.', {
        code: 'chat-template',
        remedy: 'Set `format: plain` for a base model, or give a template as `chatTemplate`.',
      });
    }
  }

  /** The question as messages, for what renders chats itself. */
  messages(question: string): ChatMessage[] {
    const { system } = this.options;
    const user: ChatMessage = { role: 'user', content: question };
    return system === '' ? [user] : [{ role: 'system', content: system }, user];
  }

  /**
   * Everything before the assistant's first word.
   * @param specialTokens texts that steer the model; no question may contain one
   * @throws FollowerError when the question contains a special token or the chat template refuses it
   */
  open(question: string, specialTokens: Iterable<string> = []): Opening {
    for (const token of specialTokens) if (question.includes(token)) throw steering(token);
    const { format, plain, system } = this.options;
    if (format === 'chat') return { text: this.#renderChat(question), addSpecialTokens: false };
    const text = fill(system === '' ? plain.replace(/\{system\}\s*/u, '') : plain, { system, question });
    return { text, addSpecialTokens: true };
  }

  /**
   * What is written before the model goes on: where the last step's stop text is missing from the turn, that; then the
   * injection, less the white space and the stop text that the turn already ends with. Nothing for an unguided step that goes on where the turn stands.
   *
   * @param turn the assistant's turn so far, injections included; empty before the first step
   * @param isUnclosed whether the last step ended by itself and its stop text is not part of `turn`, as with servers
   *   that take it away
   */
  append(strategy: Strategy | null, turn: string, isUnclosed = false): string {
    const separator = isUnclosed ? (this.options.stop[0] ?? '') : '';
    if (strategy === null) return separator;
    const injection = this.#injection(strategy);
    if (turn === '') return injection.trimStart();
    return separator + this.#withoutOverlap(turn + separator, injection);
  }

  /** Texts that end a step. The answer, under a terminal strategy, runs to the end of the turn. */
  stops(strategy: Strategy | null): readonly string[] {
    return strategy?.terminal === true ? [] : this.options.stop;
  }

  /**
   * How a step ends whose model ended its turn. Under a strategy that is not terminal the turn goes on all the same:
   * the leader decides when to answer. The end mark must then stay out of the conversation.
   */
  finishAtEndOfTurn(strategy: Strategy | null): 'stop' | 'answer' {
    return strategy === null || strategy.terminal ? 'answer' : 'stop';
  }

  /** `text` without its longest beginning, of white space or the stop text that the turn ends on, that `before` already ends with. */
  #withoutOverlap(before: string, text: string): string {
    const ended = this.options.stop.filter((stop) => before.endsWith(stop));
    for (let length = Math.min(before.length, text.length); length > 0; length -= 1) {
      const overlap = text.slice(0, length);
      const mark = overlap.trimStart();
      if (before.endsWith(overlap) && (mark === '' || ended.some((stop) => stop.endsWith(mark)))) {
        return text.slice(length);
      }
    }
    return text;
  }

  #injection(strategy: Strategy): string {
    const { injections, injection } = this.options;
    const template = Object.hasOwn(injections, strategy.id) ? (injections[strategy.id] as string) : injection;
    return fill(template, { prompt: strategy.prompt, title: strategy.title, id: strategy.id });
  }

  #renderChat(question: string): string {
    const template = this.chatTemplate as ChatTemplate;
    const { system, templateArguments } = this.options;
    try {
      return template.render(this.messages(question), templateArguments);
    } catch (error) {
      // Some templates (Gemma's) refuse a system message; its text then opens the user's.
      if (system === '') throw error;
      return template.render([{ role: 'user', content: `${system}\n\n${question}` }], templateArguments);
    }
  }
}

/** What a step says: the text without the white space around it. */
export function stepText(written: string): string {
  return written.trim();
}

/** Replaces `{name}` by the value of that name; values are taken as they are. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/gu, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] as string) : whole,
  );
}

function steering(token: string): FollowerError {
  return new FollowerError(`The question contains ${token}, which steers the follower.`, {
    code: 'text-not-encodable',
    remedy: 'Take the special tokens out of the question.',
  });
}
