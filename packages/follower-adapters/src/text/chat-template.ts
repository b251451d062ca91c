import { FollowerError, messageOf, WeightsError } from '@rsim/core';
import { Template } from '@huggingface/jinja';
import { z } from 'zod';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

const specialTokenSchema = z.union([
  z.string(),
  z.looseObject({ content: z.string() }).transform(({ content }) => content),
]);

/** The part of tokenizer_config.json that templates need. */
const tokenizerConfigSchema = z.looseObject({
  chat_template: z
    .union([z.string(), z.array(z.looseObject({ name: z.string(), template: z.string() }))])
    .nullish()
    .transform((value) =>
      typeof value === 'object' ? value?.find(({ name }) => name === 'default')?.template : value,
    ),
  bos_token: specialTokenSchema.nullish(),
  eos_token: specialTokenSchema.nullish(),
  unk_token: specialTokenSchema.nullish(),
  pad_token: specialTokenSchema.nullish(),
});

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
   * The template of a parsed tokenizer_config.json, or `null` where there is none.
   * @param source a template in place of the config's own, such as the text of a chat_template.jinja
   * @throws WeightsError when config or template cannot be read
   */
  static fromTokenizerConfig(json: unknown, source?: string): ChatTemplate | null {
    const parsed = tokenizerConfigSchema.safeParse(json);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const what = `${issue?.path.join('.') || 'it'}: ${issue?.message}`;
      throw new WeightsError(`The tokenizer_config.json is not usable: ${what}.`, {
        remedy: 'Use the tokenizer_config.json that was published with the model.',
      });
    }
    const { chat_template: own, bos_token, eos_token, unk_token, pad_token } = parsed.data;
    const text = source ?? own;
    if (text === undefined || text === null) return null;
    return new ChatTemplate(text, { bos_token: bos_token ?? '', eos_token: eos_token ?? '', unk_token, pad_token });
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
