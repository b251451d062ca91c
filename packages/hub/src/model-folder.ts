import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { messageOf, WeightsError } from '@rsim/core';
import type { z } from 'zod';
import type { DownloadOptions } from './download-file.js';
import { downloadSnapshot } from './download-snapshot.js';
import { isHubReference, parseHubReference } from './reference.js';

/** Variants of a model as the hub names their files: `onnx/model_q4.onnx`. */
const suffixes = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
} as const;

export type OnnxDtype = keyof typeof suffixes;
export const onnxDtypes = Object.keys(suffixes) as [OnnxDtype, ...OnnxDtype[]];

/** Which ONNX model is meant. */
export interface OnnxChoice {
  /** A folder in the hub's layout, or `hf://organisation/name[@revision]`. */
  readonly model: string;
  readonly dtype: OnnxDtype;
  /** The .onnx file within the folder, in place of `dtype`. */
  readonly file?: string | undefined;
}

/** @returns the file's name within `onnx/` */
function fileOfDtype(dtype: OnnxDtype): string {
  return `model${suffixes[dtype]}.onnx`;
}

/**
 * The folder of an ONNX model, downloaded first where it is on the hub.
 * @param directory where relative paths start
 * @throws WeightsError when the hub's model has no such graph
 * @throws HubError when the download fails
 */
export async function onnxFolder(
  { model, dtype, file }: OnnxChoice,
  directory: string,
  download: DownloadOptions = {},
): Promise<string> {
  if (!isHubReference(model)) return resolve(directory, model);
  const patternsOf = (files: readonly string[]): string[] => {
    const wanted = graphNames(dtype, file);
    const graph = wanted.find((name) => files.includes(name));
    if (graph === undefined)
      throw noGraph(`The model ${model}`, wanted, files, 'Name a model of the hub that was exported to ONNX.');
    // `.json` and `.jinja`, which not every model has; then the graph with its external data, whatever that is called.
    return ['*.j*n*', `${graph}*`];
  };
  return downloadSnapshot(model, patternsOf, download);
}

/** Where the graph may be, `/` between the parts: in the hub's `onnx/` or, as Optimum writes it, beside the config. */
function graphNames(dtype: OnnxDtype, file: string | undefined): string[] {
  const name = fileOfDtype(dtype);
  return file === undefined ? [`onnx/${name}`, name] : [file];
}

function noGraph(what: string, wanted: readonly string[], files: readonly string[], otherwise: string): WeightsError {
  const present = files.filter((name) => name.endsWith('.onnx')).sort();
  return new WeightsError(`${what} has no ${wanted.join(' and no ')}.`, {
    code: 'model-unknown',
    remedy: present.length > 0 ? `Name one of its files as \`file\`: ${present.join(', ')}.` : otherwise,
  });
}

export function onnxModelName({ model, dtype }: OnnxChoice): string {
  const name = isHubReference(model) ? parseHubReference(model).repository : basename(resolve(model));
  return dtype === 'fp32' ? name : `${name}-${dtype}`;
}

/**
 * The .onnx file: the one that is asked for, in the hub's `onnx/` or, as Optimum writes it, beside the config.
 * @param task what Optimum calls such a model, for advice
 * @returns its path, and the bytes of it and its external data together
 * @throws WeightsError when there is none
 */
export async function findOnnxGraph(
  folder: string,
  { dtype, file }: OnnxChoice,
  task: string,
): Promise<{ file: string; size: number }> {
  const wanted = graphNames(dtype, file);
  for (const candidate of wanted) {
    const path = join(folder, candidate);
    const found = await stat(path).catch(() => null);
    if (found?.isFile()) return { file: path, size: await sizeWithData(path) };
  }
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const otherwise = `Export the model with \`optimum-cli export onnx --task ${task}\`, or name another folder.`;
  throw noGraph(`The model's folder ${folder}`, wanted, names, otherwise);
}

/** @returns `null` where there is no such file */
async function readOptionalModelFile(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw unusable(path, messageOf(cause), cause);
  }
}

/**
 * @param missing what a file that is not there stands for; without it, the file must be there
 * @throws WeightsError naming the file that is missing or no JSON
 */
export async function readModelJson(folder: string, name: string, missing?: object): Promise<unknown> {
  const path = join(folder, name);
  const text = await readOptionalModelFile(path);
  if (text === null && missing !== undefined) return missing;
  if (text === null) throw unusable(path, 'there is no such file');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unusable(path, 'it is not JSON', cause);
  }
}

/** @throws WeightsError naming the file and the field that is not as it must be */
export function parseModelFile<Schema extends z.ZodType>(
  schema: Schema,
  json: unknown,
  folder: string,
  name: string,
): z.output<Schema> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw unusable(join(folder, name), `${issue?.path.join('.')}: ${issue?.message}`);
}

/** Exporters call external data `model.onnx_data`, `model.onnx_data_1` or `model.onnx.data`: what begins as the graph's name does. */
async function sizeWithData(path: string): Promise<number> {
  const names = await readdir(dirname(path));
  const sizes = names
    .filter((name) => name.startsWith(basename(path)))
    .map(async (name) => (await stat(join(dirname(path), name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function unusable(path: string, why: string, cause?: unknown): WeightsError {
  return new WeightsError(`The model's file ${path} is not usable: ${why}.`, {
    remedy: 'Name the folder of a complete model, as the hub has it: config.json, tokenizer.json and the .onnx file.',
    cause,
  });
}
