import { FollowerError, messageOf, WeightsError } from '@rsim/core';
import { Template } from '@huggingface/jinja';
import type { PublishedTokens } from '@rsim/lm';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** A model's own way of writing a chat, a Jinja template as Hugging Face's tokenizers carry one. */
export class ChatTemplate {
  readonly #template: Template;

  /**
   * @param variables what the template may name besides the messages, e.g. `bos_token`
   * @throws WeightsError when the text is no Jinja template
   */
  constructor(
    source: string,
    private readonly variables: Readonly<Record<string, unknown>> = {},
  ) {
    try {
      this.#template = new Template(source);
    } catch (cause) {
      // Of some templates the library says only where it stumbled over itself.
      const why = cause instanceof TypeError ? 'it is no Jinja template, or cut off' : messageOf(cause);
      throw new WeightsError(`The chat template cannot be read: ${why}.`, { remedy: giveTemplate, cause });
    }
  }

  /**
   * The template of a published model, or `null` where there is none.
   * @param source a template in place of the model's own
   * @throws WeightsError when it is no Jinja template
   */
  static of(tokens: PublishedTokens, source: string | null = tokens.chatTemplate): ChatTemplate | null {
    if (source === null) return null;
    return new ChatTemplate(source, {
      bos_token: tokens.beginning ?? '',
      eos_token: tokens.end ?? '',
      unk_token: tokens.unknown ?? undefined,
      pad_token: tokens.padding ?? undefined,
    });
  }

  /**
   * The chat as text, up to where the assistant begins to write.
   * @throws FollowerError when the template refuses the messages
   */
  render(messages: readonly ChatMessage[], more: Readonly<Record<string, unknown>> = {}): string {
    try {
      return this.#template.render({ ...this.variables, ...more, messages, add_generation_prompt: true });
    } catch (cause) {
      throw new FollowerError(`The chat template fails on this conversation: ${messageOf(cause)}.`, {
        code: 'chat-template',
        remedy: giveTemplate,
        cause,
      });
    }
  }
}

const giveTemplate = 'Give one that works as `chatTemplate`, or set `format: plain`.';
