import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { messageOf, WeightsError } from '@rsim/core/errors';
import { z } from 'zod';

/** The texts of a published model's marks, and its chat template; `null` for what it does not have. */
export interface PublishedTokens {
  readonly beginning: string | null;
  readonly end: string | null;
  readonly padding: string | null;
  readonly unknown: string | null;
  /** A Jinja template. */
  readonly chatTemplate: string | null;
}

/** Files in which a model may have its chat template beside tokenizer_config.json. */
export const CHAT_TEMPLATE_FILES = ['chat_template.jinja', 'chat_template.json'] as const;

const tokenSchema = z
  .union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content)])
  .nullish()
  .transform((text) => text ?? null);

/** One template, or several with names: that of a conversation without tools is then the one called `default`. */
const templateSchema = z.looseObject({
  chat_template: z
    .union([z.string(), z.array(z.looseObject({ name: z.string(), template: z.string() }))])
    .nullish()
    .transform((value) =>
      Array.isArray(value) ? value.find(({ name }) => name === 'default')?.template : (value ?? undefined),
    ),
});

const configSchema = templateSchema.extend({
  bos_token: tokenSchema,
  eos_token: tokenSchema,
  pad_token: tokenSchema,
  unk_token: tokenSchema,
});

/**
 * What a parsed tokenizer_config.json and the files beside it say. As in Python's `transformers`, a chat_template.jinja
 * counts before the config's own template; a chat_template.json, which older processors have, counts where neither is there.
 *
 * @param file path of the tokenizer_config.json, which need not be there
 * @throws WeightsError naming the file that cannot be read or is not as it must be
 */
export async function readPublishedTokens(file: string, config: unknown): Promise<PublishedTokens> {
  const own = parse(configSchema, config, file);
  const [jinja, json] = CHAT_TEMPLATE_FILES.map((name) => join(dirname(file), name)) as [string, string];
  const chatTemplate = (await readOptional(jinja)) ?? own.chat_template ?? (await templateIn(json));
  return {
    ...{ beginning: own.bos_token, end: own.eos_token, padding: own.pad_token, unknown: own.unk_token },
    chatTemplate: chatTemplate ?? null,
  };
}

async function templateIn(file: string): Promise<string | undefined> {
  const text = await readOptional(file);
  if (text === null) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw unusable(file, 'it is not JSON', cause);
  }
  return parse(templateSchema, json, file).chat_template;
}

/** @returns `null` where there is no such file */
async function readOptional(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw unusable(file, messageOf(cause), cause);
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, json: unknown, file: string): z.output<Schema> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw unusable(file, `${issue?.path.join('.') || 'it'}: ${issue?.message}`);
}

function unusable(file: string, why: string, cause?: unknown): WeightsError {
  return new WeightsError(`The model's file ${file} is not usable: ${why}.`, {
    remedy: 'Use the file that was published with the model.',
    cause,
  });
}
