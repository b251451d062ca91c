import { type AttentionSizes, attentionSizes, type DecoderConfig } from '../decoder-config.js';
import {
  type DecoderWeights,
  EMBEDDING_WEIGHT,
  FINAL_NORM_WEIGHT,
  headWeight,
  layerWeight,
  projectionBias,
  type WeightTensor,
} from '../decoder-weights.js';
import { MASKED } from '../graph-layout.js';
import { linearColumns, scaleColumns } from '../linear-columns.js';
import { OnnxModel } from '../onnx-model.js';
import { ropeTables } from '../rope.js';
import type { ExternalWeights } from './external-weights.js';

const ONNX_FLOAT = 1;
const ONNX_BOOLEAN = 9;

/**
 * The decoder as Hugging Face Optimum exports it ("text-generation-with-past"), for programs that know those names.
 *
 * Inputs, int64: `input_ids` and `position_ids` [B, S], `attention_mask` [B, P + S] (1 where a token counts); float32:
 * `past_key_values.N.key` and `.value` [B, key-value heads, P, head size], where P may be 0.
 * Outputs, float32: `logits` [B, S, vocabulary], `present.N.key` and `.value` [B, key-value heads, P + S, head size].
 * @param external which weights are not to be in the graph, none by default
 */
export function buildOptimumGraph(
  config: DecoderConfig,
  weights: DecoderWeights,
  external?: ExternalWeights,
): Uint8Array {
  return new OptimumGraph(config, weights, external).build();
}

class OptimumGraph {
  readonly #model = new OnnxModel();
  readonly #sizes: AttentionSizes;

  constructor(
    private readonly config: DecoderConfig,
    private readonly weights: DecoderWeights,
    private readonly external?: ExternalWeights,
  ) {
    this.#sizes = attentionSizes(config);
  }

  build(): Uint8Array {
    const model = this.#model;
    const tokens = model.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
    const attentionMask = model.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length']);
    const rotation = this.#rotation();
    const mask = this.#mask(tokens, attentionMask);
    const embedding = this.#parameter(EMBEDDING_WEIGHT);
    let hidden = model.node('Gather', [embedding, tokens]);
    for (let layer = 0; layer < this.config.layers; layer += 1) hidden = this.#layer(layer, hidden, rotation, mask);
    const normed = this.#rmsNorm(hidden, FINAL_NORM_WEIGHT);
    const head = this.config.hasOwnHead ? this.#parameter(headWeight(this.config)) : embedding;
    model.node('MatMul', [normed, model.node('Transpose', [head], { perm: [1, 0] })], {}, 'logits');
    model.output('logits', 'float', ['batch_size', 'sequence_length', this.config.vocabularySize]);
    for (let layer = 0; layer < this.config.layers; layer += 1) {
      for (const part of ['key', 'value']) {
        model.output(`present.${layer}.${part}`, 'float', this.#cacheShape('total_sequence_length'));
      }
    }
    return model.toBytes('decoder');
  }

  #cacheShape(length: string): (string | number)[] {
    return ['batch_size', this.#sizes.keyValueHeads, length, this.#sizes.headSize];
  }

  /** Cosines and sines of the positions, [B, 1, S, head size] each. */
  #rotation(): { cosine: string; sine: string } {
    const model = this.#model;
    const positions = model.input('position_ids', 'int64', ['batch_size', 'sequence_length']);
    const at = (name: 'cosine' | 'sine'): string => {
      const shape = [this.config.maxPositions, this.#sizes.headSize];
      const rows = this.#weight(`rope.${name}`, () => ({ shape, data: ropeTables(this.config)[name] }));
      return model.node('Unsqueeze', [model.node('Gather', [rows, positions]), model.integers([1])]);
    };
    return { cosine: at('cosine'), sine: at('sine') };
  }

  /** What is added to the scores, [B, 1, S, P + S]: a token sees itself and the tokens before it that are no padding. */
  #mask(tokens: string, attentionMask: string): string {
    const model = this.#model;
    const lengthOf = (value: string): string => model.node('Gather', [model.node('Shape', [value]), model.integer(1)]);
    const total = lengthOf(attentionMask);
    const past = model.node('Sub', [total, lengthOf(tokens)]);
    const queries = model.node('Range', [past, total, model.integer(1)]);
    const keys = model.node('Range', [model.integer(0), total, model.integer(1)]);
    const isBefore = model.node('LessOrEqual', [keys, model.node('Unsqueeze', [queries, model.integers([1])])]);
    const isToken = model.node('Unsqueeze', [
      model.node('Cast', [attentionMask], { to: ONNX_BOOLEAN }),
      model.integers([1, 2]),
    ]);
    const isHidden = model.node('Not', [model.node('And', [isBefore, isToken])]);
    return model.node('Mul', [model.node('Cast', [isHidden], { to: ONNX_FLOAT }), model.scalar(MASKED)]);
  }

  #layer(layer: number, hidden: string, rotation: { cosine: string; sine: string }, mask: string): string {
    const model = this.#model;
    const attended = model.node('Add', [hidden, this.#attention(layer, hidden, rotation, mask)]);
    const normed = this.#rmsNorm(attended, layerWeight(layer, 'post_attention_layernorm'));
    const gate = this.#linear(layer, 'mlp.gate_proj', normed);
    const silu = model.node('Mul', [gate, model.node('Sigmoid', [gate])]);
    const activated = model.node('Mul', [silu, this.#linear(layer, 'mlp.up_proj', normed)]);
    return model.node('Add', [attended, this.#linear(layer, 'mlp.down_proj', activated)]);
  }

  #attention(layer: number, hidden: string, rotation: { cosine: string; sine: string }, mask: string): string {
    const model = this.#model;
    const { heads, keyValueHeads, headSize, queryWidth } = this.#sizes;
    const normed = this.#rmsNorm(hidden, layerWeight(layer, 'input_layernorm'));
    const query = this.#projection(layer, 'q_proj', normed, 1 / Math.sqrt(headSize));
    const queries = this.#rotate(this.#heads(query, heads), rotation);
    const newKeys = this.#rotate(this.#heads(this.#projection(layer, 'k_proj', normed), keyValueHeads), rotation);
    const newValues = this.#heads(this.#projection(layer, 'v_proj', normed), keyValueHeads);
    const keys = this.#shared(this.#present(layer, 'key', newKeys));
    const values = this.#shared(this.#present(layer, 'value', newValues));
    const turned = model.node('Transpose', [keys], { perm: [0, 1, 3, 2] });
    const scores = model.node('Add', [model.node('MatMul', [queries, turned]), mask]);
    const mixed = model.node('MatMul', [model.node('Softmax', [scores], { axis: 3 }), values]);
    const joined = model.node('Reshape', [
      model.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }),
      model.integers([0, 0, queryWidth]),
    ]);
    return this.#projection(layer, 'o_proj', joined);
  }

  /** Keys or values once for each query head that they serve: [B, key-value heads, T, head size] to [B, heads, T, head size]. */
  #shared(served: string): string {
    const model = this.#model;
    const { heads, keyValueHeads, headSize } = this.#sizes;
    const group = heads / keyValueHeads;
    if (group === 1) return served;
    const apart = model.node('Unsqueeze', [served, model.integers([2])]);
    const repeated = model.node('Expand', [apart, model.integers([1, 1, group, 1, 1])]);
    const length = model.node('Shape', [served], { start: 2, end: 3 });
    const shape = [model.integers([-1]), model.integers([heads]), length, model.integers([headSize])];
    return model.node('Reshape', [repeated, model.node('Concat', shape, { axis: 0 })]);
  }

  /** The past and what is new, as the output that becomes the next call's past. */
  #present(layer: number, part: 'key' | 'value', fresh: string): string {
    const past = this.#model.input(
      `past_key_values.${layer}.${part}`,
      'float',
      this.#cacheShape('past_sequence_length'),
    );
    return this.#model.node('Concat', [past, fresh], { axis: 2 }, `present.${layer}.${part}`);
  }

  /** RoPE, rotate_half convention, of [B, heads, S, head size]. */
  #rotate(heads: string, { cosine, sine }: { cosine: string; sine: string }): string {
    const model = this.#model;
    const half = this.#sizes.headSize / 2;
    const [first, second] = model.nodes(
      'Split',
      [heads, model.integers([half, half])],
      [`${heads}.first`, `${heads}.second`],
      { axis: 3 },
    );
    const turned = model.node('Concat', [model.node('Neg', [second]), first], { axis: 3 });
    return model.node('Add', [model.node('Mul', [heads, cosine]), model.node('Mul', [turned, sine])]);
  }

  /** [B, S, heads · head size] to [B, heads, S, head size]. */
  #heads(rows: string, heads: number): string {
    const shape = this.#model.integers([0, 0, heads, this.#sizes.headSize]);
    return this.#model.node('Transpose', [this.#model.node('Reshape', [rows, shape])], { perm: [0, 2, 1, 3] });
  }

  #rmsNorm(input: string, scaleName: string): string {
    const model = this.#model;
    const square = model.node('Pow', [input, model.scalar(2)]);
    const mean = model.node('ReduceMean', [square], { axes: [-1], keepdims: 1 });
    const root = model.node('Sqrt', [model.node('Add', [mean, model.scalar(this.config.rmsNormEpsilon)])]);
    return model.node('Mul', [model.node('Div', [input, root]), this.#parameter(scaleName)]);
  }

  /** One of the attention's projections, with its bias where it has one. */
  #projection(layer: number, part: string, input: string, factor = 1): string {
    const product = this.#linear(layer, `self_attn.${part}`, input, factor);
    const name = projectionBias(layer, part);
    if (!this.weights.has(name)) return product;
    return this.#model.node('Add', [product, this.#weight(name, () => scaleColumns(this.#tensor(name), factor))]);
  }

  #linear(layer: number, part: string, input: string, factor = 1): string {
    const name = layerWeight(layer, part);
    const weight = this.#weight(name, () => scaleColumns(linearColumns(this.#tensor(name)), factor));
    return this.#model.node('MatMul', [input, weight]);
  }

  #parameter(name: string): string {
    return this.#weight(name, () => this.#tensor(name));
  }

  #weight(name: string, make: () => WeightTensor): string {
    const place = this.external?.place(name, make);
    if (place) return this.#model.externalWeight(name, place);
    const { shape, data } = make();
    return this.#model.weight(name, shape, data);
  }

  #tensor(name: string): WeightTensor {
    const tensor = this.weights.get(name);
    if (!tensor) throw new RangeError(`There is no tensor ${name}; check the weights first.`);
    return tensor;
  }
}
