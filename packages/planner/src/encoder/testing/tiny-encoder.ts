import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '@rsim/core';
import { OnnxModel } from '@rsim/lm/onnx-model';

export interface TinyEncoderOptions {
  /** Names the random stream of the weights. */
  readonly seed?: number;
  readonly width?: number;
  readonly positions?: number;
  /** Name of a further input, as other models have. */
  readonly strange?: string;
  /** Gives one vector for the whole text, as exports with a pooling of their own do. */
  readonly isPooled?: boolean;
  /** Factor of the weights. */
  readonly scale?: number;
}

const tokens = [
  ...['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'about', 'part', 'checked', 'it', 'is', 'out', 'work'],
  ...[...'abcdefghijklmnopqrstuvwxyz0123456789'].flatMap((character) => [character, `##${character}`]),
  ...'.,:;!?+-*/=()\'"',
];

/** Writes a random encoder in the hub's layout: a BERT of one layer and one head, with a WordPiece tokenizer of characters. */
export async function writeTinyEncoder(folder: string, options: TinyEncoderOptions = {}): Promise<string> {
  const { positions = 48, width = 8 } = options;
  await mkdir(join(folder, 'onnx'), { recursive: true });
  const files = {
    'config.json': { ...{ model_type: 'bert', hidden_size: width }, ...sizes(positions) },
    'tokenizer.json': tokenizerJson(),
    'tokenizer_config.json': { tokenizer_class: 'BertTokenizer', unk_token: '[UNK]', model_max_length: 1e30 },
  };
  for (const [name, json] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(json));
  await writeFile(join(folder, 'onnx', 'model.onnx'), tinyGraph({ ...options, positions, width }));
  return folder;
}

function sizes(positions: number) {
  return { vocab_size: tokens.length, max_position_embeddings: positions };
}

function tokenizerJson(): object {
  const special = tokens.slice(0, 4).map((content, id) => ({
    ...{ id, content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false },
  }));
  return {
    ...{ version: '1.0', truncation: null, padding: null, added_tokens: special },
    normalizer: {
      ...{ type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: { type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      ...{ type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100 },
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  };
}

/**
 * Devlin et al., arXiv 1810.04805: embeddings, attention and a feed-forward layer, each with a LayerNorm behind it. As there, biases
 * begin with 0: with random ones the vectors of all texts would be all but the same (cosines of 0.99).
 */
function tinyGraph({
  seed = 1,
  width,
  positions,
  strange,
  isPooled,
  scale = 1,
}: TinyEncoderOptions & { width: number; positions: number }): Uint8Array {
  const model = new OnnxModel();
  const random = Random.of(seed, 'tiny-encoder');
  const weight = (name: string, ...shape: readonly number[]) => {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    return model.weight(
      name,
      shape,
      Float32Array.from({ length: size }, () => scale * (2 * random.next() - 1)),
    );
  };
  const norm = (value: string, name: string) =>
    model.node('LayerNormalization', [value, weight(`${name}.gain`, width), zeros(`${name}.bias`, width)], {
      ...{ axis: -1, epsilon: { float: 1e-5 } },
    });
  const zeros = (name: string, size: number) => model.weight(name, [size], new Float32Array(size));
  const dense = (value: string, name: string, from: number, to: number) =>
    model.node('Add', [model.node('MatMul', [value, weight(`${name}.weight`, from, to)]), zeros(`${name}.bias`, to)]);
  const shape = ['batch', 'tokens'];
  const ids = model.input('input_ids', 'int64', shape);
  const mask = model.input('attention_mask', 'int64', shape);
  const types = model.input('token_type_ids', 'int64', shape);
  if (strange !== undefined) model.input(strange, 'int64', shape);

  const length = model.node('Gather', [model.node('Shape', [ids]), model.integers([1])], { axis: 0 });
  const places = model.node('Slice', [
    weight('positions', positions, width),
    ...[model.integers([0]), length, model.integers([0])],
  ]);
  const words = model.node('Gather', [weight('words', tokens.length, width), ids]);
  const kinds = model.node('Gather', [weight('types', 2, width), types]);
  const embedded = norm(model.node('Add', [model.node('Add', [words, kinds]), places]), 'embedding');

  const unseen = model.node('Mul', [
    model.node('Sub', [model.scalar(1), model.node('Cast', [mask], { to: 1 })]),
    model.scalar(-1e4),
  ]);
  const keys = model.node('Transpose', [dense(embedded, 'key', width, width)], { perm: [0, 2, 1] });
  const scores = model.node('MatMul', [dense(embedded, 'query', width, width), keys]);
  const scaled = model.node('Div', [scores, model.scalar(Math.sqrt(width))]);
  const seen = model.node('Add', [scaled, model.node('Unsqueeze', [unseen, model.integers([1])])]);
  const mixed = model.node('MatMul', [
    model.node('Softmax', [seen], { axis: -1 }),
    dense(embedded, 'value', width, width),
  ]);
  const attended = norm(model.node('Add', [embedded, dense(mixed, 'mixed', width, width)]), 'attention');
  const inner = model.node('Relu', [dense(attended, 'inner', width, 2 * width)]);
  const output = model.node('Add', [attended, dense(inner, 'outer', 2 * width, width)]);
  const states = norm(output, 'output');
  if (isPooled === true) {
    model.node('ReduceMean', [states], { axes: [1], keepdims: 0 }, 'sentence_embedding');
    model.output('sentence_embedding', 'float', ['batch', width]);
  } else {
    model.node('Identity', [states], {}, 'last_hidden_state');
    model.output('last_hidden_state', 'float', [...shape, width]);
  }
  return model.toBytes('tiny-encoder');
}
