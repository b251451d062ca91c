import type { DecoderConfig } from './decoder-config.js';
import {
  type DecoderWeights,
  EMBEDDING_WEIGHT,
  FINAL_NORM_WEIGHT,
  layerWeight,
  type WeightTensor,
} from './decoder-weights.js';
import { DECODER_INPUTS, DECODER_OUTPUTS, newRowWidth, pastKeyInput, pastValueInput } from './graph-layout.js';
import { concatenateColumns, linearColumns, rotateHalfColumns, scaleColumns } from './linear-columns.js';
import { OnnxModel } from './onnx-model.js';
import { ropeTables } from './rope.js';

/**
 * An ONNX graph of the decoder for B rows that each have a past of at most T tokens and get S new ones. Keys and values of
 * the past are inputs only, so that their owner can keep them in place: nothing of the past is ever copied by the graph,
 * which at these sizes costs more than all arithmetic.
 *
 * Inputs: `tokens` and `positions` [B, S] int32; `past_mask` [B, 1, 1, T], 0 or `MASKED`; `new_mask` [S, S], the
 * causal mask of the new tokens; per layer `past.N.key` [B, heads, head size, T] (transposed) and `past.N.value`
 * [B, heads, T, head size]. T is at least 1.
 * Outputs: `log_probabilities` [B, vocabulary] (natural log) after the last new token; `new_rows` [B, S, layers · 2 · hidden]: for each layer the
 * key and then the value of the new tokens, heads side by side.
 */
export function buildDecoderGraph(config: DecoderConfig, weights: DecoderWeights): Uint8Array {
  return new DecoderGraph(config, weights).build();
}

class DecoderGraph {
  readonly #model = new OnnxModel();
  readonly #config: DecoderConfig;
  readonly #weights: DecoderWeights;
  readonly #headSize: number;

  constructor(config: DecoderConfig, weights: DecoderWeights) {
    this.#config = config;
    this.#weights = weights;
    this.#headSize = config.hiddenSize / config.heads;
  }

  build(): Uint8Array {
    const model = this.#model;
    const tokens = model.input(DECODER_INPUTS.tokens, 'int32', ['batch', 'new']);
    const embedding = this.#parameter(EMBEDDING_WEIGHT);
    const rotation = this.#rotation();
    const pastMask = model.input(DECODER_INPUTS.pastMask, 'float', ['batch', 1, 1, 'past']);
    const newMask = model.input(DECODER_INPUTS.newMask, 'float', ['new', 'new']);
    let hidden = model.node('Gather', [embedding, tokens]);
    const newRows: string[] = [];
    for (let layer = 0; layer < this.#config.layers; layer += 1) {
      const attention = this.#attention(layer, hidden, rotation, pastMask, newMask);
      newRows.push(attention.keys, attention.values);
      hidden = model.node('Add', [hidden, attention.result]);
      hidden = model.node('Add', [hidden, this.#feedForward(layer, hidden)]);
    }
    const last = model.node('Gather', [hidden, model.integer(-1)], { axis: 1 });
    const normed = this.#rmsNorm(last, FINAL_NORM_WEIGHT);
    const logits = model.node('Gemm', [normed, embedding], { transB: 1 });
    model.node('LogSoftmax', [logits], {}, DECODER_OUTPUTS.logProbabilities);
    model.node('Concat', newRows, { axis: 2 }, DECODER_OUTPUTS.newRows);
    model.output(DECODER_OUTPUTS.logProbabilities, 'float', ['batch', this.#config.vocabularySize]);
    model.output(DECODER_OUTPUTS.newRows, 'float', ['batch', 'new', newRowWidth(this.#config)]);
    return model.toBytes('decoder');
  }

  /** Cosines and sines of the rows' positions, [B, S, 1, head size] each. */
  #rotation(): { cosine: string; sine: string } {
    const model = this.#model;
    const positions = model.input(DECODER_INPUTS.positions, 'int32', ['batch', 'new']);
    const tables = ropeTables(this.#config);
    const shape = [this.#config.maxPositions, 1, this.#headSize];
    return {
      cosine: model.node('Gather', [model.weight('rope.cosine', shape, tables.cosine), positions]),
      sine: model.node('Gather', [model.weight('rope.sine', shape, tables.sine), positions]),
    };
  }

  #attention(
    layer: number,
    hidden: string,
    rotation: { cosine: string; sine: string },
    pastMask: string,
    newMask: string,
  ): { result: string; keys: string; values: string } {
    const model = this.#model;
    const { hiddenSize, heads } = this.#config;
    const pastShape = {
      keys: ['batch', heads, this.#headSize, 'past'],
      values: ['batch', heads, 'past', this.#headSize],
    };
    const pastKeys = model.input(pastKeyInput(layer), 'float', pastShape.keys);
    const pastValues = model.input(pastValueInput(layer), 'float', pastShape.values);
    const { queries, keys, values } = this.#projections(layer, hidden, rotation);
    const queryHeads = this.#heads(queries, [0, 2, 1, 3]);
    const pastScores = model.node('Add', [model.node('MatMul', [queryHeads, pastKeys]), pastMask]);
    const newScores = model.node('MatMul', [queryHeads, this.#heads(keys, [0, 2, 3, 1])]);
    const maskedNewScores = model.node('Add', [newScores, newMask]);
    const probabilities = model.node('Softmax', [model.node('Concat', [pastScores, maskedNewScores], { axis: 3 })]);
    const [past, fresh] = this.#splitAtPast(layer, probabilities, pastMask);
    const mixed = model.node('Add', [
      model.node('MatMul', [past, pastValues]),
      model.node('MatMul', [fresh, this.#heads(values, [0, 2, 1, 3])]),
    ]);
    const joined = model.node('Reshape', [
      model.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }),
      model.integers([0, 0, hiddenSize]),
    ]);
    const output = this.#linear(`layers.${layer}.output`, linearColumns(this.#tensor(layer, 'self_attn.o_proj')));
    return { result: model.node('MatMul', [joined, output]), keys, values };
  }

  /**
   * Queries, keys (both rotated) and values [B, S, hidden]. rotate_half is linear, so the rotated halves come out of the same
   * matrix product as further columns; queries carry the factor 1/sqrt(head size) in their weights.
   */
  #projections(layer: number, hidden: string, rotation: { cosine: string; sine: string }) {
    const model = this.#model;
    const { hiddenSize, heads } = this.#config;
    const query = scaleColumns(linearColumns(this.#tensor(layer, 'self_attn.q_proj')), 1 / Math.sqrt(this.#headSize));
    const key = linearColumns(this.#tensor(layer, 'self_attn.k_proj'));
    const value = linearColumns(this.#tensor(layer, 'self_attn.v_proj'));
    const rotate = (columns: WeightTensor) => rotateHalfColumns(columns, this.#headSize);
    const columns = concatenateColumns([query, key, rotate(query), rotate(key), value]);
    const normed = this.#rmsNorm(hidden, layerWeight(layer, 'input_layernorm'));
    const product = model.node('MatMul', [normed, this.#linear(`layers.${layer}.attention`, columns)]);
    const [plain, turned, values] = model.nodes(
      'Split',
      [product, model.integers([2 * hiddenSize, 2 * hiddenSize, hiddenSize])],
      [`layers.${layer}.plain`, `layers.${layer}.turned`, `layers.${layer}.values`],
      { axis: 2 },
    );
    const inHeads = model.integers([0, 0, 2 * heads, this.#headSize]);
    const rotated = model.node('Add', [
      model.node('Mul', [model.node('Reshape', [plain, inHeads]), rotation.cosine]),
      model.node('Mul', [model.node('Reshape', [turned, inHeads]), rotation.sine]),
    ]);
    const flat = model.node('Reshape', [rotated, model.integers([0, 0, 2 * hiddenSize])]);
    const [queries, keys] = model.nodes(
      'Split',
      [flat, model.integers([hiddenSize, hiddenSize])],
      [`layers.${layer}.queries`, `layers.${layer}.keys`],
      { axis: 2 },
    );
    return { queries, keys, values };
  }

  #feedForward(layer: number, hidden: string): string {
    const model = this.#model;
    const inner = this.#config.intermediateSize;
    const columns = concatenateColumns([
      linearColumns(this.#tensor(layer, 'mlp.gate_proj')),
      linearColumns(this.#tensor(layer, 'mlp.up_proj')),
    ]);
    const normed = this.#rmsNorm(hidden, layerWeight(layer, 'post_attention_layernorm'));
    const product = model.node('MatMul', [normed, this.#linear(`layers.${layer}.gate_up`, columns)]);
    const [gate, up] = model.nodes(
      'Split',
      [product, model.integers([inner, inner])],
      [`layers.${layer}.gate`, `layers.${layer}.up`],
      { axis: 2 },
    );
    const activated = model.node('Mul', [model.node('Mul', [gate, model.node('Sigmoid', [gate])]), up]);
    const down = this.#linear(`layers.${layer}.down`, linearColumns(this.#tensor(layer, 'mlp.down_proj')));
    return model.node('MatMul', [activated, down]);
  }

  /** RMSNorm (Zhang and Sennrich 2019), written as the pattern that onnxruntime fuses into one operator. */
  #rmsNorm(input: string, scaleName: string): string {
    const model = this.#model;
    const square = model.node('Pow', [input, model.scalar(2)]);
    const mean = model.node('ReduceMean', [square], { axes: [-1], keepdims: 1 });
    const root = model.node('Sqrt', [model.node('Add', [mean, model.scalar(this.#config.rmsNormEpsilon)])]);
    return model.node('Mul', [model.node('Div', [input, root]), this.#parameter(scaleName)]);
  }

  /** [B, S, hidden] to heads, with the axes of [B, S, heads, head size] in the order of `permutation`. */
  #heads(input: string, permutation: readonly number[]): string {
    const shape = this.#model.integers([0, 0, this.#config.heads, this.#headSize]);
    return this.#model.node('Transpose', [this.#model.node('Reshape', [input, shape])], { perm: permutation });
  }

  /** Splits the last axis of `probabilities` into past and new. */
  #splitAtPast(layer: number, probabilities: string, pastMask: string): readonly [string, string] {
    const model = this.#model;
    const pastLength = model.node('Shape', [pastMask], { start: 3 });
    const newLength = model.node('Shape', [DECODER_INPUTS.tokens], { start: 1 });
    const lengths = model.node('Concat', [pastLength, newLength], { axis: 0 });
    return model.nodes('Split', [probabilities, lengths], [`layers.${layer}.past`, `layers.${layer}.fresh`], {
      axis: 3,
    });
  }

  #tensor(layer: number, part: string): WeightTensor {
    return this.#weight(layerWeight(layer, part));
  }

  #weight(name: string): WeightTensor {
    const tensor = this.#weights.get(name);
    if (!tensor) throw new RangeError(`There is no tensor ${name}; check the weights first.`);
    return tensor;
  }

  #parameter(name: string): string {
    const { shape, data } = this.#weight(name);
    return this.#model.weight(name, shape, data);
  }

  #linear(name: string, columns: WeightTensor): string {
    return this.#model.weight(name, columns.shape, columns.data);
  }
}
