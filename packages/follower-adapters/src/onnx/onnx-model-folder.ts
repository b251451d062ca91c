import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

import { messageOf, WeightsError } from '@rsim/core';
import { downloadSnapshot, isHubReference, parseHubReference } from '@rsim/hub';
import { z } from 'zod';

import { ChatTemplate } from '../text/chat-template.js';
import { fileOfDtype, type OnnxOptions } from './onnx-options.js';
import { OnnxTokenizer } from './onnx-tokenizer.js';

/** What is known of a model before its graph is loaded. */
export interface OnnxModelFolder {
  readonly name: string;
  /** Path of the .onnx file. */
  readonly file: string;
  /** Bytes of the file and its external data. */
  readonly size: number;
  readonly tokenizer: OnnxTokenizer;
  readonly chatTemplate: ChatTemplate | null;
  /** Ids of the tokens that end a turn. */
  readonly endOfTurn: readonly number[];
  /** Most tokens of a conversation, or `null` where the files do not tell. */
  readonly contextLength: number | null;
  readonly vocabularySize: number;
  /** Whether tokens see only the last ones before them, in any layer. */
  readonly isWindowed: boolean;
}

type Choice = Pick<OnnxOptions, 'model' | 'dtype' | 'file' | 'chatTemplate'>;

const idsSchema = z
  .union([z.int().nonnegative(), z.array(z.int().nonnegative())])
  .nullish()
  .transform((ids) => [ids ?? []].flat());

/** The part of config.json that concerns a decoder's use; models that also see keep it in `text_config`. */
const configSchema = z.preprocess(
  (json) => ({ ...Object(json), ...Object((json as { text_config?: unknown } | null)?.text_config) }) as unknown,
  z.looseObject({
    vocab_size: z.int().positive(),
    max_position_embeddings: z.int().positive().optional(),
    n_positions: z.int().positive().optional(),
    eos_token_id: idsSchema,
  }),
);

/**
 * Reads a model's folder, downloading it first where it is on the hub.
 * @param directory where relative paths start
 * @throws WeightsError naming the file that is missing or not usable
 * @throws HubError when the download fails
 */
export async function readOnnxModelFolder(choice: Choice, directory = '.'): Promise<OnnxModelFolder> {
  const folder = await localFolder(choice, directory);
  // First by itself, so that of a folder that is not there always the same file is named.
  const config = await readJson(folder, 'config.json');
  const [generation, tokenizerJson, tokenizerConfig, template] = await Promise.all([
    readJson(folder, 'generation_config.json', {}),
    readJson(folder, 'tokenizer.json'),
    readJson(folder, 'tokenizer_config.json', {}),
    readOptional(join(folder, 'chat_template.jinja')),
  ]);
  const parsed = parseFile(configSchema, config, folder, 'config.json');
  const generationIds = parseFile(
    z.looseObject({ eos_token_id: idsSchema }),
    generation,
    folder,
    'generation_config.json',
  );
  const tokenizer = new OnnxTokenizer(tokenizerJson, tokenizerConfig as object);
  const { file, size } = await findGraph(folder, choice);
  return {
    name: nameOf(choice),
    file,
    size,
    tokenizer,
    chatTemplate: ChatTemplate.fromTokenizerConfig(tokenizerConfig, choice.chatTemplate ?? template ?? undefined),
    endOfTurn: [
      ...new Set([...parsed.eos_token_id, ...generationIds.eos_token_id, ...endMark(tokenizer, tokenizerConfig)]),
    ],
    contextLength: parsed.max_position_embeddings ?? parsed.n_positions ?? null,
    vocabularySize: parsed.vocab_size,
    isWindowed: isWindowed(parsed),
  };
}

/** By the names that architectures have for it: `sliding_window`, `window_size`, `attention_chunk_size`. */
function isWindowed(config: Readonly<Record<string, unknown>>): boolean {
  if (config['use_sliding_window'] === false) return false;
  return Object.entries(config).some(
    ([name, value]) => /(?:window|chunk)(?:_size)?$/u.test(name) && typeof value === 'number',
  );
}

async function localFolder({ model, dtype, file }: Choice, directory: string): Promise<string> {
  if (!isHubReference(model)) return resolve(directory, model);
  // `.json` and `.jinja`, which not every model has; then the graph with its external data, whatever that is called.
  return downloadSnapshot(model, ['*.j*n*', `${file ?? `onnx/${fileOfDtype(dtype)}`}*`]);
}

function nameOf({ model, dtype }: Choice): string {
  const name = isHubReference(model) ? parseHubReference(model).repository : basename(resolve(model));
  return dtype === 'fp32' ? name : `${name}-${dtype}`;
}

function endMark(tokenizer: OnnxTokenizer, config: unknown): number[] {
  const { eos_token: token } = config as { eos_token?: string | { content?: string } | null };
  const id = tokenizer.idOf((typeof token === 'string' ? token : token?.content) ?? '');
  return id === undefined ? [] : [id];
}

/** The .onnx file: the one that is asked for, in the hub's `onnx/` or, as Optimum writes it, beside the config. */
async function findGraph(folder: string, { dtype, file }: Choice): Promise<{ file: string; size: number }> {
  const name = fileOfDtype(dtype);
  const wanted = file === undefined ? [join('onnx', name), name] : [file];
  for (const candidate of wanted) {
    const path = join(folder, candidate);
    const found = await stat(path).catch(() => null);
    if (found?.isFile()) return { file: path, size: await sizeWithData(path, found.size) };
  }
  const present = await graphsIn(folder);
  throw new WeightsError(`The model's folder ${folder} has no ${wanted.join(' and no ')}.`, {
    code: 'model-unknown',
    remedy:
      present.length === 0
        ? 'Export the model with `optimum-cli export onnx --task text-generation-with-past`, or name another folder.'
        : `Name one of its files as \`file\`: ${present.join(', ')}.`,
  });
}

async function sizeWithData(path: string, size: number): Promise<number> {
  const data = await stat(`${path}_data`).catch(() => null);
  return size + (data?.size ?? 0);
}

async function graphsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith('.onnx')).sort();
}

async function readOptional(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw unreadable(path, messageOf(cause), cause);
  }
}

/** @param missing what a file that is not there stands for; without it, the file must be there */
async function readJson(folder: string, name: string, missing?: object): Promise<unknown> {
  const path = join(folder, name);
  const text = await readOptional(path);
  if (text === null && missing !== undefined) return missing;
  if (text === null) throw unreadable(path, 'there is no such file');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(path, 'it is not JSON', cause);
  }
}

function parseFile<Schema extends z.ZodType>(
  schema: Schema,
  json: unknown,
  folder: string,
  name: string,
): z.output<Schema> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw unreadable(join(folder, name), `${issue?.path.join('.')}: ${issue?.message}`);
}

function unreadable(path: string, why: string, cause?: unknown): WeightsError {
  return new WeightsError(`The model's file ${path} is not usable: ${why}.`, {
    remedy: 'Name the folder of a complete model, as the hub has it: config.json, tokenizer.json and the .onnx file.',
    cause,
  });
}
