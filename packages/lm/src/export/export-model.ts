import { access, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { messageOf, WeightsError } from '@rsim/core';

import type { DecoderConfig } from '../decoder-config.js';
import { MODEL_FILES, readModelFolder } from '../model-folder.js';
import { readPublishedModel } from '../published-model.js';
import { writeSafetensors } from '../safetensors.js';
import { BOS_TOKEN, EOS_TOKEN, PAD_TOKEN } from '../special-tokens.js';
import type { TokenizerJson } from '../tokenizer-json.js';
import { buildGguf } from './gguf-model.js';
import { ggufTokenizer } from './gguf-tokenizer.js';
import { buildOptimumGraph } from './optimum-graph.js';

/** `gguf` is llama.cpp's architecture `llama`; `gguf-qwen2` the same model as its `qwen2`. */
export const exportFormats = ['onnx', 'gguf', 'gguf-qwen2', 'safetensors'] as const;

export type ExportFormat = (typeof exportFormats)[number];

/** A document as the embedded followers were trained on it: the beginning, the question, a line feed. */
const PLAIN_TEMPLATE = "{{ bos_token }}{% for message in messages %}{{ message['content'] }}{{ '\\n' }}{% endfor %}";

/**
 * Writes a model's folder in a format that other programs read, 32-bit floats throughout: `onnx` and `safetensors` in the
 * layout of the model hub, `gguf` one file.
 *
 * @param source a model's folder, as `writeModelFolder` leaves it, or a published checkpoint's, which is not written as `gguf`
 * @param output a folder that is empty or not there yet
 * @returns the paths of the files written
 * @throws WeightsError when the model is not whole, or the output is not empty or cannot be written
 */
export async function exportModel(source: string, format: ExportFormat, output: string): Promise<string[]> {
  const isPublished = await access(join(source, MODEL_FILES.manifest)).then(
    () => false,
    () =>
      access(join(source, MODEL_FILES.config)).then(
        () => true,
        () => false,
      ),
  );
  return isPublished ? exportPublished(source, format, output) : exportEmbedded(source, format, output);
}

async function exportEmbedded(source: string, format: ExportFormat, output: string): Promise<string[]> {
  const model = await readModelFolder(source);
  const tokenizer = JSON.parse(await readFile(join(source, MODEL_FILES.tokenizer), 'utf8')) as TokenizerJson;
  await prepareFolder(output);
  const written: string[] = [];
  const write = async (name: string, content: Uint8Array | string): Promise<void> => {
    await writeFile(join(output, name), content);
    written.push(join(output, name));
  };
  try {
    if (format === 'gguf' || format === 'gguf-qwen2') {
      const architecture = format === 'gguf' ? 'llama' : 'qwen2';
      await write(
        `${model.name}.gguf`,
        buildGguf(model, ggufTokenizer(vocabularyOf(tokenizer), PLAIN_TEMPLATE), architecture),
      );
      return written;
    }
    if (format === 'onnx') {
      await mkdir(join(output, 'onnx'));
      await write('onnx/model.onnx', buildOptimumGraph(model.config, model.weights));
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
  'chat_template.jinja',
] as const;

async function exportPublished(source: string, format: ExportFormat, output: string): Promise<string[]> {
  if (format !== 'onnx' && format !== 'safetensors') {
    throw new WeightsError(`The checkpoint ${source} cannot be written as GGUF here.`, {
      code: 'model-unknown',
      remedy: "Use llama.cpp's own convert_hf_to_gguf.py, which knows the tokenizers of published models.",
    });
  }
  const model = await readPublishedModel(source);
  const config = JSON.parse(await readFile(join(source, MODEL_FILES.config), 'utf8')) as object;
  const graph = format === 'onnx' ? buildOptimumGraph(model.config, model.weights) : null;
  const weights = graph ?? writeSafetensors(model.weights, 'F32');
  await prepareFolder(output);
  const written = [graph ? 'onnx/model.onnx' : MODEL_FILES.weights, MODEL_FILES.config];
  try {
    if (graph) await mkdir(join(output, 'onnx'));
    await writeFile(join(output, written[0] as string), weights);
    await writeFile(join(output, MODEL_FILES.config), json({ ...config, torch_dtype: 'float32' }));
    const present = await readdir(source);
    for (const file of LANGUAGE_FILES.filter((name) => present.includes(name))) {
      await copyFile(join(source, file), join(output, file));
      written.push(file);
    }
    return written.map((file) => join(output, file));
  } catch (cause) {
    throw unwritable(output, cause);
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
