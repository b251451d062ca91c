import * as tf from '@tensorflow/tfjs-core';

import { attentionSizes, type DecoderConfig } from '../decoder-config.js';
import { FINAL_NORM_WEIGHT, headWeight, layerWeight, projectionBias } from '../decoder-weights.js';
import { rotateHalfColumns } from '../linear-columns.js';
import { loraName } from '../lora/lora-adapter.js';
import { ropeTables } from '../rope.js';
import { causalAttention } from './causal-attention.js';
import {
  addBias,
  addBranches,
  addScaled,
  linear,
  rmsNorm,
  rotate,
  type RotationTables,
  swiGlu,
  takeRows,
} from './decoder-operations.js';
import type { DecoderParameters } from './decoder-parameters.js';
import type { PackedDocuments } from './packed-documents.js';
import type { Matrix, Operation, Tape } from './tape.js';

/** What one pass reads, on the backend. */
export class NetworkInputs implements Disposable {
  /** [rows, hidden]. */
  readonly embedded: Matrix;
  readonly queryRotation: RotationTables;
  readonly keyRotation: RotationTables;

  constructor(
    readonly pack: Pick<PackedDocuments, 'lengths' | 'inputs'>,
    config: DecoderConfig,
    parameters: DecoderParameters,
  ) {
    this.embedded = parameters.embed(pack.inputs);
    const { heads, keyValueHeads } = attentionSizes(config);
    this.queryRotation = rotationTables(config, pack.lengths, heads);
    this.keyRotation = rotationTables(config, pack.lengths, keyValueHeads);
  }

  [Symbol.dispose](): void {
    const tables = [this.queryRotation, this.keyRotation].flatMap(({ cosine, sine, half }) => [cosine, sine, half]);
    tf.dispose([this.embedded, ...tables]);
  }
}

/** What one pass is asked for, on the backend. */
export class NetworkTargets implements Disposable {
  /** One-hot, [targets, vocabulary]. */
  readonly targets: Matrix;
  /** One-hot, [targets, rows]; `null` where all rows have targets. */
  readonly selection: Matrix | null;

  constructor({ inputs, rows, targets }: PackedDocuments, { vocabularySize }: DecoderConfig) {
    this.targets = oneHot(targets, vocabularySize);
    this.selection = rows.length === inputs.length ? null : oneHot(Int32Array.from(rows), inputs.length);
  }

  [Symbol.dispose](): void {
    tf.dispose(this.selection ? [this.targets, this.selection] : this.targets);
  }
}

/**
 * The forward pass, the same decoder as the ONNX graph and the plain reference.
 * @param selection of the rows that are asked for; `null` for all
 * @param read what is made of their logits [targets, vocabulary]
 */
export function decoderOutputs(
  tape: Tape,
  config: DecoderConfig,
  parameters: DecoderParameters,
  inputs: NetworkInputs,
  selection: Matrix | null,
  read: Operation<[Matrix]>,
): Matrix {
  const all = decoderStates(tape, config, parameters, inputs);
  const states = selection ? tape.apply(takeRows(selection), all) : all;
  const head = headWeight(config);
  const logits = tape.apply(linear(parameters.transposed(head)), states, parameters.get<Matrix>(head));
  return tape.apply(read, logits);
}

/** The last layer's states after the final norm, [rows, hidden]: what heads read. */
export function decoderStates(
  tape: Tape,
  config: DecoderConfig,
  parameters: DecoderParameters,
  { pack, embedded, queryRotation, keyRotation }: NetworkInputs,
): Matrix {
  const norm = rmsNorm(config.rmsNormEpsilon);
  const normed = (rows: Matrix, name: string): Matrix => tape.apply(norm, rows, parameters.get<tf.Tensor1D>(name));
  const plain = (rows: Matrix, name: string): Matrix =>
    tape.apply(linear(parameters.transposed(name)), rows, parameters.get<Matrix>(name));
  const project = (rows: Matrix, name: string): Matrix => {
    const result = plain(rows, name);
    const inner = loraName(name, 'A');
    if (!parameters.has(inner)) return result;
    const addition = plain(plain(rows, inner), loraName(name, 'B'));
    return tape.apply(addScaled(parameters.adapterScale), result, addition);
  };
  const attention = causalAttention({ lengths: pack.lengths, ...attentionSizes(config) });
  const [turnQueries, turnKeys] = [rotate(queryRotation), rotate(keyRotation)];
  let hidden = embedded;
  for (let layer = 0; layer < config.layers; layer += 1) {
    const part = (rows: Matrix, name: string): Matrix => project(rows, layerWeight(layer, name));
    const attend = (rows: Matrix, name: string): Matrix => {
      const projected = part(rows, `self_attn.${name}`);
      const bias = projectionBias(layer, name);
      return parameters.has(bias) ? tape.apply(addBias, projected, parameters.get<tf.Tensor1D>(bias)) : projected;
    };
    const before = normed(hidden, layerWeight(layer, 'input_layernorm'));
    const queries = tape.apply(turnQueries, attend(before, 'q_proj'));
    const keys = tape.apply(turnKeys, attend(before, 'k_proj'));
    const attended = tape.apply(attention, queries, keys, attend(before, 'v_proj'));
    hidden = tape.apply(addBranches, hidden, attend(attended, 'o_proj'));
    const after = normed(hidden, layerWeight(layer, 'post_attention_layernorm'));
    const activated = tape.apply(swiGlu, part(after, 'mlp.gate_proj'), part(after, 'mlp.up_proj'));
    hidden = tape.apply(addBranches, hidden, part(activated, 'mlp.down_proj'));
  }
  return normed(hidden, FINAL_NORM_WEIGHT);
}

function oneHot(ids: Int32Array, size: number): Matrix {
  const rows = new Float32Array(ids.length * size);
  ids.forEach((id, row) => {
    rows[row * size + id] = 1;
  });
  return tf.tensor2d(rows, [ids.length, size]);
}

function rotationTables(config: DecoderConfig, lengths: readonly number[], heads: number): RotationTables {
  const { headSize } = attentionSizes(config);
  const tables = ropeTables({ ...config, maxPositions: Math.max(...lengths) });
  const rows = lengths.reduce((sum, length) => sum + length, 0);
  const expand = (table: Float32Array): Matrix => {
    const expanded = new Float32Array(rows * heads * headSize);
    let offset = 0;
    for (const length of lengths) {
      for (let position = 0; position < length; position += 1) {
        const row = table.subarray(position * headSize, (position + 1) * headSize);
        for (let head = 0; head < heads; head += 1, offset += headSize) expanded.set(row, offset);
      }
    }
    return tf.tensor2d(expanded, [rows * heads, headSize]);
  };
  const identity = Float32Array.from({ length: headSize ** 2 }, (_, index) => (index % (headSize + 1) === 0 ? 1 : 0));
  const half = rotateHalfColumns({ shape: [headSize, headSize], data: identity }, headSize);
  return {
    cosine: expand(tables.cosine),
    sine: expand(tables.sine),
    half: tf.tensor2d(half.data, [headSize, headSize]),
  };
}
