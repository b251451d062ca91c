import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Random } from '@rsim/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { DecoderConfig } from '../decoder-config.js';
import { initializeDecoderWeights } from '../decoder-weights.js';
import { readModelFolder } from '../model-folder.js';
import { readPublishedModel } from '../published-model.js';
import { readSafetensors } from '../safetensors.js';
import { buildTokenizerJson } from '../tokenizer-json.js';
import { writeModelFolder } from '../training/write-model-folder.js';
import { exportFormats, exportModel } from './export-model.js';
import { frequencyDivisors } from '../rope.js';
import type { RopeScaling } from '../rope-scaling.js';
import { buildGguf } from './gguf-model.js';
import { publishedGgufTokenizer } from './gguf-published-tokenizer.js';
import { wordMerges } from './gguf-tokenizer.js';

const tokenizer = buildTokenizerJson(['tax', ' apples']);
const config: DecoderConfig = {
  vocabularySize: Object.keys(tokenizer.model.vocab).length,
  hiddenSize: 8,
  intermediateSize: 12,
  layers: 1,
  heads: 2,
  maxPositions: 16,
  rmsNormEpsilon: 1e-5,
  ropeTheta: 100,
};
let folder: string;
let model: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-export-'));
  model = join(folder, 'model');
  const weights = initializeDecoderWeights(config, Random.of(1));
  await writeModelFolder(model, { name: 'tiny', config, weights, tokenizer, card: '' });
});
afterAll(() => rm(folder, { recursive: true }));

describe('exportModel', () => {
  it.each(exportFormats)('writes %s, and never over something', async (format) => {
    const output = join(folder, format);
    const files = await exportModel(model, format, output);
    expect(files.length).toBeGreaterThan(0);
    await expect(exportModel(model, format, output)).rejects.toMatchObject({ code: 'export-exists' });
  });

  it('writes safetensors that are the same weights', async () => {
    const output = join(folder, 'same');
    await exportModel(model, 'safetensors', output);
    const written = readSafetensors(await readFile(join(output, 'model.safetensors')), 'same').tensors;
    const { weights } = await readModelFolder(model);
    for (const [name, { data }] of weights) expect(written.get(name)?.data).toEqual(data);
  });

  it.each(['qwen2', 'llama'])('writes a published checkpoint of %s, which then reads back as it was', async (name) => {
    const source = fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
    const output = join(folder, `published-${name}`);
    await exportModel(source, 'safetensors', output);
    const [before, after] = [await readPublishedModel(source), await readPublishedModel(output)];
    expect(after.config).toEqual(before.config);
    expect(after.weights).toEqual(before.weights);
    expect((await exportModel(source, 'onnx', join(output, 'more')))[0]).toMatch(/model.onnx$/);
    await expect(exportModel(source, 'gguf', join(output, 'none'))).rejects.toThrow(/tokenizer.json cannot be read/);
  });

  it('writes grouped heads, biases and a head of its own as llama.cpp names them', async () => {
    const source = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
    const [llama, qwen2] = [await readPublishedModel(source('llama')), await readPublishedModel(source('qwen2'))];
    const file = (...[model, architecture]: [typeof llama, 'llama' | 'qwen2']): Buffer =>
      Buffer.from(buildGguf(model, new Map(), architecture));
    expect(file(llama, 'llama').readBigUInt64LE(8)).toBe(BigInt(llama.weights.size));
    expect(file(qwen2, 'qwen2').readBigUInt64LE(8)).toBe(BigInt(qwen2.weights.size));
    for (const name of ['output.weight', 'blk.1.attn_output.bias', 'llama.attention.head_count_kv']) {
      expect(file(llama, 'llama').includes(name)).toBe(true);
    }
    expect(() => file(llama, 'qwen2')).toThrow(/cannot be written as a GGUF file of the architecture qwen2/);
  });

  it('writes scaled positions as llama.cpp reads them', async () => {
    const llama = await readPublishedModel(fileURLToPath(new URL('../../fixtures/llama', import.meta.url)));
    const scaled = (ropeScaling: RopeScaling) => ({ ...llama, config: { ...llama.config, ropeScaling } });
    const file = (model: typeof llama): Buffer => Buffer.from(buildGguf(model, new Map(), 'llama'));
    const linear = file(scaled({ kind: 'linear', factor: 3 }));
    expect(linear.includes('llama.rope.scaling.type') && linear.includes('llama.rope.scaling.factor')).toBe(true);
    const llama3 = {
      kind: 'llama3',
      factor: 8,
      lowFrequencyFactor: 1,
      highFrequencyFactor: 4,
      originalPositions: 64,
    } as const;
    const written = file(scaled(llama3));
    expect(written.readBigUInt64LE(8)).toBe(BigInt(llama.weights.size + 1));
    expect(written.includes('rope_freqs.weight')).toBe(true);
    // 64 tokens turn the three pairs of a head 10.19, 1.0973 and 0.118 times: kept, between (0.0324 of the way), divided by 8.
    expect(frequencyDivisors(scaled(llama3).config).map((value) => value.toFixed(3))).toEqual([
      '1.000',
      '6.520',
      '8.000',
    ]);
    const { headSize: _, attentionBiases: __, ...narrow } = scaled(llama3).config;
    expect(() => buildGguf({ ...llama, config: narrow }, new Map(), 'qwen2')).toThrow(/architecture qwen2/);
  });

  it('puts every tensor of a GGUF file at a multiple of 32 bytes, to its end', async () => {
    const output = join(folder, 'aligned');
    const [file = ''] = await exportModel(model, 'gguf', output);
    const bytes = await readFile(file);
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x47, 0x47, 0x55, 0x46, 3, 0, 0, 0]));
    expect(bytes.length % 32).toBe(0);
    expect(bytes.readBigUInt64LE(8)).toBe(11n);
  });

  it('says what is in the way', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    await expect(exportModel(model, 'onnx', file)).rejects.toMatchObject({ code: 'weights-corrupt' });
    await expect(exportModel(join(folder, 'none'), 'onnx', join(folder, 'x'))).rejects.toThrow(
      /^There is no folder .*none\.$/,
    );
  });
});

describe('publishedGgufTokenizer', () => {
  const none = { beginning: null, end: null, padding: null, unknown: null, chatTemplate: null };
  const bytes = { type: 'ByteLevel', add_prefix_space: false, use_regex: true };
  const file = {
    added_tokens: [{ id: 3, content: '<|end|>', special: true }],
    pre_tokenizer: bytes as object,
    post_processor: null as object | null,
    model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: [['a', 'b']], ignore_merges: false },
  };
  const split = (digits: string): object => {
    const Regex = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;
    const first = { type: 'Split', behavior: 'Isolated', pattern: { Regex } };
    return { type: 'Sequence', pretokenizers: [first, { ...bytes, use_regex: false }] };
  };

  it('carries vocabulary, merges and marks, and fills what the embedding has beyond them', () => {
    const tokens = { ...none, beginning: '<|end|>', end: '<|end|>', chatTemplate: '{{ x }}' };
    const single = [{ SpecialToken: { id: '<|end|>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }];
    const marked = {
      ...file,
      post_processor: { type: 'Sequence', processors: [bytes, { type: 'TemplateProcessing', single }] },
    };
    const written = publishedGgufTokenizer(marked, tokens, 5);
    expect(written.get('tokenizer.ggml.tokens')?.value).toEqual(['a', 'b', 'ab', '<|end|>', '[PAD4]']);
    expect(written.get('tokenizer.ggml.token_type')?.value).toEqual([1, 1, 1, 3, 5]);
    expect(written.get('tokenizer.ggml.merges')?.value).toEqual(['a b']);
    expect(written.get('tokenizer.ggml.eos_token_id')?.value).toBe(3);
    expect(written.get('tokenizer.ggml.add_bos_token')?.value).toBe(true);
    expect(written.get('tokenizer.chat_template')?.value).toBe('{{ x }}');
    expect(publishedGgufTokenizer(file, tokens, 5).get('tokenizer.ggml.add_bos_token')?.value).toBe(false);
  });

  it('names how texts are parted', () => {
    const name = (changes: object): unknown =>
      publishedGgufTokenizer({ ...file, ...changes }, none, 4).get('tokenizer.ggml.pre')?.value;
    expect(name({})).toBe('gpt-2');
    const single = { type: 'Digits', individual_digits: true };
    expect(name({ pre_tokenizer: { type: 'Sequence', pretokenizers: [single, bytes] } })).toBe('smollm');
    expect(name({ pre_tokenizer: split('\\p{N}') })).toBe('qwen2');
    const whole = { ...file.model, ignore_merges: true };
    expect(name({ pre_tokenizer: split('\\p{N}{1,3}'), model: whole })).toBe('llama-bpe');
  });

  it.each<[string, object, number]>([
    ['no name for it', { pre_tokenizer: split('\\p{N}{2}') }, 4],
    ['model.type', { model: { ...file.model, type: 'Unigram' } }, 4],
    ['has the id 3, and the model 3 tokens', {}, 3],
  ])('says what it cannot carry: %s', (message, changes, size) => {
    expect(() => publishedGgufTokenizer({ ...file, ...changes }, none, size)).toThrow(message);
  });
});

describe('wordMerges', () => {
  it('builds words that stand without a space, and parts longer ones', () => {
    const merges = wordMerges(['raise', 'tra', 'tax', 'Ġapples', '<|eos|>', 'a']);
    expect(merges).toContain('ta x');
    // `tra` holds the beginning of `raise`, which must not begin first.
    expect(merges.indexOf('t r')).toBeLessThan(merges.indexOf('r a'));
    expect(merges).toContain('tax e');
    expect(merges.some((merge) => merge.includes('Ġ'))).toBe(false);
    expect(new Set(merges).size).toBe(merges.length);
  });
});
