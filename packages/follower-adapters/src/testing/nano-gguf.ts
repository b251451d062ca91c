import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type DecoderConfig, SPECIAL_TOKENS, type TokenizerJson } from '@rsim/lm';

import { embeddedModels, loadEmbeddedModel } from '../embedded/embedded-model.js';

/** Types of values in a GGUF file (ggml, docs/gguf.md). */
const types = { unsigned: 4, integer: 5, float: 6, boolean: 7, text: 8, list: 9 } as const;
const alignment = 32;

/**
 * Writes the embedded model `nano` as a GGUF file of the architecture `llama`, for checks against llama.cpp.
 * @returns the file's path
 */
export async function writeNanoGguf(folder: string): Promise<string> {
  const nano = (await embeddedModels()).find(({ name }) => name === 'nano');
  if (nano === undefined) throw new Error('there is no embedded model nano');
  const { config, weights } = await loadEmbeddedModel(nano.path);
  const tokenizer = JSON.parse(await readFile(join(nano.path, 'tokenizer.json'), 'utf8')) as TokenizerJson;
  const fields = [...modelFields(nano.name, config), ...tokenizerFields(tokenizer)];
  const infos: Buffer[] = [];
  const data: Buffer[] = [];
  let offset = 0;
  for (const [name, source, isRotated] of tensorNames(config)) {
    const tensor = weights.get(source);
    if (tensor === undefined) throw new Error(`nano has no ${source}`);
    const values = isRotated ? permuted(tensor.data, config) : tensor.data;
    const sizes = [...tensor.shape].reverse().map(long);
    infos.push(text(name), word(sizes.length), ...sizes, word(0), long(offset));
    const bytes = padded(Buffer.from(values.buffer, values.byteOffset, values.byteLength));
    data.push(bytes);
    offset += bytes.length;
  }
  const start = Buffer.concat([
    Buffer.from('GGUF'),
    word(3),
    long(data.length),
    long(fields.length),
    ...fields,
    ...infos,
  ]);
  const path = join(folder, 'nano.gguf');
  await writeFile(path, Buffer.concat([padded(start), ...data]));
  return path;
}

function modelFields(name: string, config: DecoderConfig): Buffer[] {
  const sizes = {
    block_count: config.layers,
    context_length: config.maxPositions,
    embedding_length: config.hiddenSize,
    feed_forward_length: config.intermediateSize,
    'attention.head_count': config.heads,
    'attention.head_count_kv': config.heads,
    'rope.dimension_count': config.hiddenSize / config.heads,
    vocab_size: config.vocabularySize,
  };
  return [
    field('general.architecture', types.text, text('llama')),
    field('general.name', types.text, text(name)),
    ...Object.entries(sizes).map(([key, size]) => field(`llama.${key}`, types.unsigned, word(size))),
    field('llama.attention.layer_norm_rms_epsilon', types.float, real(config.rmsNormEpsilon)),
    field('llama.rope.freq_base', types.float, real(config.ropeTheta)),
  ];
}

/** The vocabulary has whole words and no merges; `llama-bpe` takes a word that is in the vocabulary as it is. */
function tokenizerFields({ model, added_tokens }: TokenizerJson): Buffer[] {
  const tokens: string[] = [];
  for (const [token, id] of Object.entries(model.vocab)) tokens[id] = token;
  for (const { id, content } of added_tokens) tokens[id] = content;
  const kinds = tokens.map((_, id) => word(id < SPECIAL_TOKENS.length ? 3 : 1));
  return [
    field('tokenizer.ggml.model', types.text, text('gpt2')),
    field('tokenizer.ggml.pre', types.text, text('llama-bpe')),
    field('tokenizer.ggml.tokens', types.list, list(types.text, tokens.map(text))),
    field('tokenizer.ggml.token_type', types.list, list(types.integer, kinds)),
    // llama.cpp wants a list; this merge never applies.
    field('tokenizer.ggml.merges', types.list, list(types.text, [text('\u0001 \u0001')])),
    field('tokenizer.ggml.padding_token_id', types.unsigned, word(0)),
    field('tokenizer.ggml.bos_token_id', types.unsigned, word(1)),
    field('tokenizer.ggml.eos_token_id', types.unsigned, word(2)),
    field('tokenizer.ggml.add_bos_token', types.boolean, Buffer.of(1)),
    field('tokenizer.ggml.add_eos_token', types.boolean, Buffer.of(0)),
  ];
}

/** Names in GGUF and in the checkpoint, and whether positions are rotated into the rows. */
function tensorNames({ layers }: DecoderConfig): [string, string, boolean][] {
  const parts = {
    attn_norm: 'input_layernorm',
    attn_q: 'self_attn.q_proj',
    attn_k: 'self_attn.k_proj',
    attn_v: 'self_attn.v_proj',
    attn_output: 'self_attn.o_proj',
    ffn_norm: 'post_attention_layernorm',
    ffn_gate: 'mlp.gate_proj',
    ffn_up: 'mlp.up_proj',
    ffn_down: 'mlp.down_proj',
  };
  const blocks = Array.from({ length: layers }, (_, layer) =>
    Object.entries(parts).map(([part, source]): [string, string, boolean] => [
      `blk.${layer}.${part}.weight`,
      `model.layers.${layer}.${source}.weight`,
      part === 'attn_q' || part === 'attn_k',
    ]),
  );
  return [
    ['token_embd.weight', 'model.embed_tokens.weight', false],
    ['output_norm.weight', 'model.norm.weight', false],
    ...blocks.flat(),
  ];
}

/** Rows of each head from [2, size / 2] to [size / 2, 2]: llama.cpp rotates neighbours, the checkpoint halves. */
function permuted(rows: Float32Array, { heads, hiddenSize }: DecoderConfig): Float32Array {
  const result = new Float32Array(rows.length);
  const half = hiddenSize / heads / 2;
  for (let row = 0; row < hiddenSize; row += 1) {
    const place = row % (2 * half);
    const target = row - place + (place % half) * 2 + Math.floor(place / half);
    result.set(rows.subarray(row * hiddenSize, (row + 1) * hiddenSize), target * hiddenSize);
  }
  return result;
}

const field = (key: string, type: number, value: Buffer): Buffer => Buffer.concat([text(key), word(type), value]);
const list = (type: number, items: readonly Buffer[]): Buffer =>
  Buffer.concat([word(type), long(items.length), ...items]);

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([long(bytes.length), bytes]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function real(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((alignment - (bytes.length % alignment)) % alignment)]);
}
