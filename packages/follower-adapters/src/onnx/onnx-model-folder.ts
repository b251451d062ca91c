import { join } from 'node:path';

import {
  type DownloadOptions,
  findOnnxGraph,
  onnxFolder,
  onnxModelName,
  parseModelFile,
  readModelJson,
} from '@rsim/hub';
import { readPublishedTokens } from '@rsim/lm/published-tokens';
import { z } from 'zod';

import { ChatTemplate } from '../text/chat-template.js';
import { checkTokenizer } from './check-tokenizer.js';
import type { OnnxOptions } from './onnx-options.js';
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

/** Some configs say -1, or other things, where there is none. */
const anyIdsSchema = idsSchema.catch([]);

/** The part of config.json that concerns a decoder's use; models that also see keep it in `text_config`. */
const configSchema = z.preprocess(
  (json) => ({ ...Object(json), ...Object((json as { text_config?: unknown } | null)?.text_config) }) as unknown,
  z.looseObject({
    vocab_size: z.int().positive(),
    max_position_embeddings: z.int().positive().optional(),
    n_positions: z.int().positive().optional(),
    bos_token_id: anyIdsSchema,
    eos_token_id: idsSchema,
    pad_token_id: anyIdsSchema,
  }),
);

/**
 * Reads a model's folder, downloading it first where it is on the hub.
 * @param directory where relative paths start
 * @throws WeightsError naming the file that is missing or not usable
 * @throws HubError when the download fails
 */
export async function readOnnxModelFolder(
  choice: Choice,
  directory = '.',
  download: DownloadOptions = {},
): Promise<OnnxModelFolder> {
  const folder = await onnxFolder(choice, directory, download);
  // First by itself, so that of a folder that is not there always the same file is named.
  const config = await readModelJson(folder, 'config.json');
  const [generation, tokenizerJson, tokenizerConfig] = await Promise.all([
    readModelJson(folder, 'generation_config.json', {}),
    readModelJson(folder, 'tokenizer.json'),
    readModelJson(folder, 'tokenizer_config.json', {}),
  ]);
  const parsed = parseModelFile(configSchema, config, folder, 'config.json');
  const generationIds = parseModelFile(
    z.looseObject({ eos_token_id: idsSchema }),
    generation,
    folder,
    'generation_config.json',
  );
  const tokens = await readPublishedTokens(join(folder, 'tokenizer_config.json'), tokenizerConfig);
  const tokenizer = new OnnxTokenizer(tokenizerJson, tokenizerConfig as object);
  const { vocab_size: vocabularySize, eos_token_id: ends, bos_token_id: bos, pad_token_id: pad } = parsed;
  checkTokenizer(tokenizer, { vocabularySize, ends, others: [...bos, ...pad] }, folder);
  const { file, size } = await findOnnxGraph(folder, choice, 'text-generation-with-past');
  return {
    name: onnxModelName(choice),
    file,
    size,
    tokenizer,
    chatTemplate: ChatTemplate.of(tokens, choice.chatTemplate),
    endOfTurn: [...new Set([...ends, ...generationIds.eos_token_id, ...endMark(tokenizer, tokens.end)])],
    contextLength: parsed.max_position_embeddings ?? parsed.n_positions ?? null,
    vocabularySize,
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

function endMark(tokenizer: OnnxTokenizer, text: string | null): number[] {
  const id = tokenizer.idOf(text ?? '');
  return id === undefined ? [] : [id];
}
