import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { messageOf, WeightsError } from '@rsim/core';

import type { DecoderConfig } from '../decoder-config.js';
import { MODEL_FILES, readModelFolder } from '../model-folder.js';
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
 * @param source a model's folder, as `writeModelFolder` leaves it
 * @param output a folder that is empty or not there yet
 * @returns the paths of the files written
 * @throws WeightsError when the model is not whole, or the output is not empty or cannot be written
 */
export async function exportModel(source: string, format: ExportFormat, output: string): Promise<string[]> {
  const model = await readModelFolder(source);
  await prepareFolder(output);
  const written: string[] = [];
  const write = async (name: string, content: Uint8Array | string): Promise<void> => {
    await writeFile(join(output, name), content);
    written.push(join(output, name));
  };
  try {
    if (format === 'gguf' || format === 'gguf-qwen2') {
      const architecture = format === 'gguf' ? 'llama' : 'qwen2';
      const tokens = vocabularyOf(
        JSON.parse(await readFile(join(source, MODEL_FILES.tokenizer), 'utf8')) as TokenizerJson,
      );
      await write(`${model.name}.gguf`, buildGguf(model, ggufTokenizer(tokens), architecture));
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
    for (const file of [MODEL_FILES.tokenizer, MODEL_FILES.generation]) {
      await copyFile(join(source, file), join(output, file));
      written.push(join(output, file));
    }
    return written;
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
