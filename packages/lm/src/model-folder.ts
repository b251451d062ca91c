import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { messageOf, WeightsError } from '@rsim/core';
import { z } from 'zod';

import { type DecoderConfig, parseDecoderConfig } from './decoder-config.js';
import { checkDecoderWeights, countParameters, type DecoderWeights } from './decoder-weights.js';
import { readSafetensors } from './safetensors.js';
import { Tokenizer } from './tokenizer.js';

/** Names of a model's files within its folder. */
export const MODEL_FILES = {
  weights: 'model.safetensors',
  config: 'config.json',
  tokenizer: 'tokenizer.json',
  generation: 'generation_config.json',
  card: 'README.md',
  manifest: 'rsim.json',
} as const;

/** The files that decide what a model writes; the manifest has their checksums. */
const CHECKED_FILES = [MODEL_FILES.weights, MODEL_FILES.config, MODEL_FILES.tokenizer] as const;

const manifestSchema = z.object({
  schema: z.literal('rsim.model/1'),
  name: z.string().min(1),
  parameters: z.int().positive(),
  /** SHA-256 in hexadecimal, by file name. */
  sha256: z.object(Object.fromEntries(CHECKED_FILES.map((file) => [file, z.string().regex(/^[0-9a-f]{64}$/)]))),
});

export type ModelManifest = z.infer<typeof manifestSchema>;

/** A model in memory. */
export interface DecoderModel {
  readonly name: string;
  readonly parameters: number;
  readonly config: DecoderConfig;
  readonly weights: DecoderWeights;
  readonly tokenizer: Tokenizer;
  /** SHA-256 of the file the weights were read from, hexadecimal. */
  readonly fingerprint?: string;
}

/**
 * Reads a model's manifest alone.
 * @throws WeightsError when the folder has none, or it is not one
 */
export async function readModelManifest(folder: string): Promise<ModelManifest> {
  const file = join(folder, MODEL_FILES.manifest);
  const parsed = manifestSchema.safeParse(parseJson(await readModelFile(file), file));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new WeightsError(`The manifest ${file} is not usable: ${issue?.path.join('.')}: ${issue?.message}.`, restore);
}

/**
 * Reads a model after checking its files against the checksums of its manifest.
 * @throws WeightsError naming the file that is missing, changed or not usable
 */
export async function readModelFolder(folder: string): Promise<DecoderModel> {
  const manifest = await readModelManifest(folder);
  const [weightsFile, configFile, tokenizerFile] = CHECKED_FILES.map((file) => join(folder, file)) as [
    string,
    string,
    string,
  ];
  const [weightBytes, configBytes, tokenizerBytes] = await Promise.all([
    readChecked(weightsFile, manifest.sha256[MODEL_FILES.weights]),
    readChecked(configFile, manifest.sha256[MODEL_FILES.config]),
    readChecked(tokenizerFile, manifest.sha256[MODEL_FILES.tokenizer]),
  ]);
  const config = parseDecoderConfig(parseJson(configBytes, configFile));
  if (config.keyValueHeads ?? config.headSize ?? config.attentionBiases ?? config.ropeScaling ?? config.hasOwnHead) {
    throw new WeightsError(`The model in ${folder} has grouped heads, biases, scaled positions or a head of its own.`, {
      code: 'model-unknown',
      remedy: 'Open it with the follower `tfjs`; embedded models have none of these.',
    });
  }
  const tokenizer = new Tokenizer(parseJson(tokenizerBytes, tokenizerFile));
  if (tokenizer.vocabularySize !== config.vocabularySize) {
    const sizes = `${tokenizer.vocabularySize} tokens where the config says ${config.vocabularySize}`;
    throw new WeightsError(`The tokenizer in ${folder} has ${sizes}.`, restore);
  }
  const weights = checkDecoderWeights(config, readSafetensors(weightBytes, weightsFile).tensors);
  const fingerprint = manifest.sha256[MODEL_FILES.weights];
  return { name: manifest.name, parameters: countParameters(config), config, weights, tokenizer, fingerprint };
}

/** Writes the manifest of a model whose other files are in place. */
export async function writeModelManifest(folder: string, name: string): Promise<ModelManifest> {
  const configFile = join(folder, MODEL_FILES.config);
  const config = parseDecoderConfig(parseJson(await readModelFile(configFile), configFile));
  const checksums = CHECKED_FILES.map(async (file) => [file, sha256(await readModelFile(join(folder, file)))]);
  const manifest: ModelManifest = {
    schema: 'rsim.model/1',
    name,
    parameters: countParameters(config),
    sha256: Object.fromEntries(await Promise.all(checksums)),
  };
  await writeFile(join(folder, MODEL_FILES.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

const restore = { remedy: "Restore the model's folder, e.g. with `git checkout`, or name another model." };

async function readChecked(file: string, expected: string | undefined): Promise<Buffer> {
  const bytes = await readModelFile(file);
  if (sha256(bytes) !== expected) {
    throw new WeightsError(`The file ${file} is not the one its manifest describes (SHA-256 differs).`, restore);
  }
  return bytes;
}

async function readModelFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw unreadable(file, cause, restore.remedy);
  }
}

/** A model's file that cannot be read; most of the time another folder was meant. */
export function unreadable(file: string, cause: unknown, remedy: string): WeightsError {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) {
    return new WeightsError(`The model's file ${file} cannot be read: ${messageOf(cause)}.`, { remedy, cause });
  }
  const folder = dirname(file);
  const message = existsSync(folder)
    ? `The model's folder ${folder} has no ${basename(file)}.`
    : `There is no folder ${folder}.`;
  return new WeightsError(message, { remedy: `Name a model's folder with its ${basename(file)}.`, cause });
}

function parseJson(bytes: Buffer, file: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new WeightsError(`The file ${file} is not JSON.`, { ...restore, cause });
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
