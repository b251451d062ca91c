import { access, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { messageOf, WeightsError } from '@rsim/core';

import type { DecoderConfig } from '../decoder-config.js';
import { MODEL_FILES, readModelFolder } from '../model-folder.js';
import { mergeLora } from '../lora/lora-adapter.js';
import { readPeftFolder } from '../lora/peft-folder.js';
import { type PublishedModel, readPublishedModel } from '../published-model.js';
import { CHAT_TEMPLATE_FILES, readPublishedTokens } from '../published-tokens.js';
import { writeSafetensors } from '../safetensors.js';
import { BOS_TOKEN, EOS_TOKEN, PAD_TOKEN } from '../special-tokens.js';
import type { TokenizerJson } from '../tokenizer-json.js';
import { buildGguf, fitsQwen2, type GgufModel } from './gguf-model.js';
import { publishedGgufTokenizer } from './gguf-published-tokenizer.js';
import { ggufTokenizer } from './gguf-tokenizer.js';
import { onnxFiles } from './onnx-files.js';

/** `gguf` is llama.cpp's architecture `llama`; `gguf-qwen2` the same model as its `qwen2`. */
export const exportFormats = ['onnx', 'gguf', 'gguf-qwen2', 'safetensors'] as const;

export type ExportFormat = (typeof exportFormats)[number];

/** A document as the embedded followers were trained on it: the beginning, the question, a line feed. */
const PLAIN_TEMPLATE = "{{ bos_token }}{% for message in messages %}{{ message['content'] }}{{ '\\n' }}{% endfor %}";

/**
 * Writes a model's folder in a format that other programs read, 32-bit floats throughout: `onnx` and `safetensors` in the
 * layout of the model hub, `gguf` one file.
 *
 * @param source a model's folder, as `writeModelFolder` leaves it, or that of a published Llama or Qwen2 checkpoint
 * @param output a folder that is empty or not there yet
 * @param adapter a folder of a LoRA adapter, as PEFT writes it, that is merged into the weights
 * @returns the paths of the files written
 * @throws WeightsError when the model is not whole, or the output is not empty or cannot be written
 */
export async function exportModel(
  source: string,
  format: ExportFormat,
  output: string,
  adapter?: string,
): Promise<string[]> {
  const isPublished = await access(join(source, MODEL_FILES.manifest)).then(
    () => false,
    () =>
      access(join(source, MODEL_FILES.config)).then(
        () => true,
        () => false,
      ),
  );
  return (isPublished ? exportPublished : exportEmbedded)(source, format, output, adapter);
}

async function exportEmbedded(
  source: string,
  format: ExportFormat,
  output: string,
  adapter: string | undefined,
): Promise<string[]> {
  const model = await withAdapter(await readModelFolder(source), adapter);
  const tokenizer = JSON.parse(await readFile(join(source, MODEL_FILES.tokenizer), 'utf8')) as TokenizerJson;
  await prepareFolder(output);
  const written: string[] = [];
  const write = async (name: string, content: Uint8Array | Float32Array[] | string): Promise<void> => {
    await writeFile(join(output, name), content);
    written.push(join(output, name));
  };
  try {
    if (isGguf(format)) {
      const architecture = format === 'gguf' ? 'llama' : 'qwen2';
      await write(
        `${model.name}.gguf`,
        buildGguf(model, ggufTokenizer(vocabularyOf(tokenizer), PLAIN_TEMPLATE), architecture),
      );
      return written;
    }
    if (format === 'onnx') {
      await mkdir(join(output, 'onnx'));
      for (const [name, content] of onnxFiles(model.config, model.weights)) await write(name, content);
    } else {
      await write(MODEL_FILES.weights, writeSafetensors(model.weights, 'F32'));
    }
    const config = JSON.parse(await readFile(join(source, MODEL_FILES.config), 'utf8')) as object;
    await write(MODEL_FILES.config, json({ ...config, torch_dtype: 'float32' }));
    await write('tokenizer_config.json', json(tokenizerConfig(model.config)));
    await write(MODEL_FILES.tokenizer, json({ ...tokenizer, post_processor: beginningProcessor(tokenizer) }));
    await write(MODEL_FILES.generation, await readFile(join(source, MODEL_FILES.generation), 'utf8'));
    return written;
  } catch (cause) {
    throw unwritable(output, cause);
  }
}

/** What says of a checkpoint how text becomes tokens goes along as it is. */
const LANGUAGE_FILES = [
  MODEL_FILES.tokenizer,
  'tokenizer_config.json',
  MODEL_FILES.generation,
  ...CHAT_TEMPLATE_FILES,
] as const;

async function exportPublished(
  source: string,
  format: ExportFormat,
  output: string,
  adapter: string | undefined,
): Promise<string[]> {
  const model = await withAdapter(await readPublishedModel(source), adapter);
  const files = await weightFiles(source, format, model);
  await prepareFolder(output);
  const written = [...files.keys()];
  try {
    if (format === 'onnx') await mkdir(join(output, 'onnx'));
    for (const [name, content] of files) await writeFile(join(output, name), content);
    if (isGguf(format)) return written.map((file) => join(output, file));
    const config = await readJson(join(source, MODEL_FILES.config));
    await writeFile(join(output, MODEL_FILES.config), json({ ...config, torch_dtype: 'float32' }));
    written.push(MODEL_FILES.config);
    const present = await readdir(source);
    for (const file of LANGUAGE_FILES.filter((each) => present.includes(each))) {
      await copyFile(join(source, file), join(output, file));
      written.push(file);
    }
    return written.map((file) => join(output, file));
  } catch (cause) {
    throw unwritable(output, cause);
  }
}

/** The files of a published checkpoint's export that hold its weights, by their paths. */
async function weightFiles(
  source: string,
  format: ExportFormat,
  model: PublishedModel,
): Promise<ReadonlyMap<string, Uint8Array | Float32Array[]>> {
  const { config, weights } = model;
  if (format === 'onnx') return onnxFiles(config, weights);
  if (!isGguf(format)) return new Map([[MODEL_FILES.weights, writeSafetensors(weights, 'F32')]]);
  const file = await readJson(join(source, MODEL_FILES.tokenizer));
  const tokenizerConfig = join(source, 'tokenizer_config.json');
  const tokens = await readPublishedTokens(tokenizerConfig, await readJson(tokenizerConfig));
  const tokenizer = publishedGgufTokenizer(file, tokens, config.vocabularySize);
  const isQwen2 = config.attentionBiases === 'qkv' && fitsQwen2(config);
  const architecture = format === 'gguf-qwen2' || isQwen2 ? 'qwen2' : 'llama';
  return new Map([[`${model.name}.gguf`, buildGguf(model, tokenizer, architecture)]]);
}

async function withAdapter<Model extends GgufModel>(model: Model, adapter: string | undefined): Promise<Model> {
  if (adapter === undefined) return model;
  return { ...model, weights: mergeLora(model.weights, await readPeftFolder(adapter, model.config)) };
}

function isGguf(format: ExportFormat): boolean {
  return format === 'gguf' || format === 'gguf-qwen2';
}

async function readJson(file: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  } catch (cause) {
    throw new WeightsError(`The model's file ${file} cannot be read: ${messageOf(cause)}.`, {
      remedy: "Name a model's folder with its config.json, tokenizer.json and tokenizer_config.json.",
      cause,
    });
  }
}

async function prepareFolder(output: string): Promise<void> {
  let found: string[];
  try {
    await mkdir(output, { recursive: true });
    found = await readdir(output);
  } catch (cause) {
    throw unwritable(output, cause);
  }
  if (found.length === 0) return;
  throw new WeightsError(`The folder ${output} is not empty.`, {
    code: 'export-exists',
    remedy: 'Name a folder that is empty or not there yet.',
  });
}

function unwritable(output: string, cause: unknown): WeightsError {
  return new WeightsError(`The model cannot be exported to ${output}: ${messageOf(cause)}.`, {
    remedy: 'Name a folder that can be written, on a disk with room.',
    cause,
  });
}

function vocabularyOf({ model: { vocab } }: TokenizerJson): string[] {
  return Object.entries(vocab)
    .sort(([, left], [, right]) => left - right)
    .map(([token]) => token);
}

/** Puts the beginning mark before every text, where the model's own tokenizer leaves that to who encodes. */
function beginningProcessor({ model: { vocab } }: TokenizerJson): object {
  const [mark, text] = [{ SpecialToken: { id: BOS_TOKEN, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }];
  return {
    type: 'TemplateProcessing',
    single: [mark, text],
    pair: [mark, text, { Sequence: { id: 'B', type_id: 1 } }],
    special_tokens: { [BOS_TOKEN]: { id: BOS_TOKEN, ids: [vocab[BOS_TOKEN]], tokens: [BOS_TOKEN] } },
  };
}

function tokenizerConfig(config: DecoderConfig): object {
  return {
    tokenizer_class: 'PreTrainedTokenizerFast',
    bos_token: BOS_TOKEN,
    eos_token: EOS_TOKEN,
    pad_token: PAD_TOKEN,
    padding_side: 'left',
    model_input_names: ['input_ids', 'attention_mask'],
    clean_up_tokenization_spaces: false,
    model_max_length: config.maxPositions,
    chat_template: PLAIN_TEMPLATE,
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
