import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf, WeightsError } from '@rsim/core';
import {
  findOnnxGraph,
  onnxFolder,
  onnxModelName,
  parseModelFile,
  readModelJson,
  type DownloadOptions,
} from '@rsim/hub';
import { z } from 'zod';
import type { EncoderPlannerOptions } from './encoder-options.js';
import type { EncoderSettings } from './sentence-encoder.js';
import type { Pooling } from './pooling.js';

/** What is known of an encoder before its graph is loaded. */
export interface EncoderFolder {
  readonly name: string;
  /** What its vectors depend on, for people: checksum, pooling, length. */
  readonly fingerprint: string;
  readonly settings: EncoderSettings;
}

type Choice = Pick<
  EncoderPlannerOptions,
  'model' | 'dtype' | 'file' | 'pooling' | 'normalise' | 'prefix' | 'maxTokens' | 'threads'
>;

const configSchema = z.looseObject({
  vocab_size: z.int().positive(),
  max_position_embeddings: z.int().positive().optional(),
  model_type: z.string().optional(),
});
const sentenceSchema = z.looseObject({ max_seq_length: z.int().positive().nullish() });
/** Where there is no limit, the libraries write 1e30. */
const tokenizerConfigSchema = z.looseObject({ model_max_length: z.number().positive().nullish() });
const poolingSchema = z.record(z.string(), z.unknown());

/** Of models without any limit in their files. */
const usualTokens = 512;
/** Their positions begin behind that of the padding, so that two of the table's rows are never used. */
const offsetModels = /^(?:roberta|xlm-roberta|camembert|mpnet)$/u;

/**
 * Reads an encoder's folder, downloading it first where it is on the hub.
 * @param directory where relative paths start
 * @throws WeightsError naming the file that is missing or not usable
 * @throws HubError when the download fails
 */
export async function readEncoderFolder(
  choice: Choice,
  directory = '.',
  download: DownloadOptions = {},
): Promise<EncoderFolder> {
  const folder = await onnxFolder(choice, directory, download);
  const [configJson, tokenizerJson, tokenizerConfigJson, sentenceJson, poolingJson] = await Promise.all([
    readModelJson(folder, 'config.json'),
    readModelJson(folder, 'tokenizer.json'),
    readModelJson(folder, 'tokenizer_config.json', {}),
    readModelJson(folder, 'sentence_bert_config.json', {}),
    readModelJson(folder, join('1_Pooling', 'config.json'), {}),
  ]);
  const config = parseModelFile(configSchema, configJson, folder, 'config.json');
  const tokenizerConfig = parseModelFile(tokenizerConfigSchema, tokenizerConfigJson, folder, 'tokenizer_config.json');
  const sentence = parseModelFile(sentenceSchema, sentenceJson, folder, 'sentence_bert_config.json');
  const ofFolder = parseModelFile(poolingSchema, poolingJson, folder, '1_Pooling/config.json');
  const { file } = await findOnnxGraph(folder, choice, 'feature-extraction');
  const limits = [choice.maxTokens, sentence.max_seq_length, tokenizerConfig.model_max_length, positionsOf(config)];
  const maxTokens = Math.min(...limits.filter((limit) => typeof limit === 'number'));
  const { normalise, prefix, threads } = choice;
  const settings: EncoderSettings = {
    ...{ file, normalise, prefix, threads },
    tokenizer: { json: tokenizerJson, config: tokenizerConfig },
    vocabularySize: config.vocab_size,
    maxTokens,
    pooling: choice.pooling ?? poolingOf(ofFolder, folder),
  };
  const sum = await checksum([...(await graphFiles(file)), join(folder, 'tokenizer.json')]);
  return { name: onnxModelName(choice), fingerprint: fingerprintOf(settings, sum), settings };
}

function positionsOf(config: z.output<typeof configSchema>): number {
  const positions = config.max_position_embeddings ?? usualTokens;
  return offsetModels.test(config.model_type ?? '') ? positions - 2 : positions;
}

/** The one that sentence-transformers' file switches on; `mean` where there is no such file. */
function poolingOf(config: Readonly<Record<string, unknown>>, folder: string): Pooling {
  const modes = Object.entries(config).filter(([name, value]) => name.startsWith('pooling_mode_') && value === true);
  const [only = 'pooling_mode_mean_tokens'] = modes.map(([name]) => name);
  const pooling = known[only];
  if (pooling !== undefined && modes.length <= 1) return pooling;
  throw new WeightsError(
    `The encoder in ${folder} wants ${modes.map(([name]) => name).join(' and ')}, which is not there.`,
    { code: 'model-unknown', remedy: 'Choose a pooling: planner.options.pooling=mean, cls or last.' },
  );
}

const known: Readonly<Record<string, Pooling>> = {
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_cls_token: 'cls',
  pooling_mode_lasttoken: 'last',
};

/** The .onnx file, and the external data that stands beside it under a longer name. */
async function graphFiles(file: string): Promise<string[]> {
  const names = await readdir(dirname(file));
  const own = names.filter((name) => name.startsWith(basename(file))).sort();
  return own.map((name) => join(dirname(file), name));
}

async function checksum(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    try {
      for await (const part of createReadStream(file)) hash.update(part as Buffer);
    } catch (cause) {
      throw new WeightsError(`The encoder's file ${file} cannot be read: ${messageOf(cause)}.`, {
        remedy: 'Name the folder of a complete model, as the hub has it.',
        cause,
      });
    }
  }
  return hash.digest('hex');
}

function fingerprintOf({ pooling, normalise, maxTokens, prefix }: EncoderSettings, sum: string): string {
  const parts = [pooling, ...(normalise ? ['normalised'] : []), `${maxTokens} tokens`];
  if (prefix !== '') parts.push(`prefix ${JSON.stringify(prefix)}`);
  return `the encoder sha256:${sum} (${parts.join(', ')})`;
}
