import * as tf from '@tensorflow/tfjs-core';

import type { DecoderConfig } from '../decoder-config.js';
import { EMBEDDING_WEIGHT, FINAL_NORM_WEIGHT, layerWeight } from '../decoder-weights.js';
import { rotateHalfColumns } from '../linear-columns.js';
import { ropeTables } from '../rope.js';
import { causalAttention } from './causal-attention.js';
import {
  addBranches,
  linear,
  rmsNorm,
  rotate,
  type RotationTables,
  swiGlu,
  targetLogProbabilities,
} from './decoder-operations.js';
import type { DecoderParameters } from './decoder-parameters.js';
import type { PackedDocuments } from './packed-documents.js';
import type { Matrix, Tape } from './tape.js';

/** What one pass reads, on the backend. */
export class NetworkInputs implements Disposable {
  /** [rows, hidden]. */
  readonly embedded: Matrix;
  /** [rows, vocabulary]. */
  readonly targets: Matrix;
  readonly rotation: RotationTables;

  constructor(
    readonly pack: PackedDocuments,
    config: DecoderConfig,
    parameters: DecoderParameters,
  ) {
    this.embedded = parameters.embed(pack.inputs);
    this.targets = oneHot(pack.targets, config.vocabularySize);
    this.rotation = rotationTables(config, pack.lengths);
  }

  [Symbol.dispose](): void {
    const { cosine, sine, half } = this.rotation;
    tf.dispose([this.embedded, this.targets, cosine, sine, half]);
  }
}

/**
 * The forward pass, the same decoder as the ONNX graph and the plain reference.
 * @returns log-probabilities of the targets, [rows, 1]
 */
export function decoderLogProbabilities(
  tape: Tape,
  config: DecoderConfig,
  parameters: DecoderParameters,
  { pack, embedded, targets, rotation }: NetworkInputs,
  temperature: number,
): Matrix {
  const norm = rmsNorm(config.rmsNormEpsilon);
  const normed = (rows: Matrix, name: string): Matrix => tape.apply(norm, rows, parameters.get<tf.Tensor1D>(name));
  const project = (rows: Matrix, name: string): Matrix =>
    tape.apply(linear(parameters.transposed(name)), rows, parameters.get<Matrix>(name));
  const headSize = config.hiddenSize / config.heads;
  const attention = causalAttention({
    ...{ lengths: pack.lengths, heads: config.heads, keyValueHeads: config.heads, headSize },
  });
  const turn = rotate(rotation);
  let hidden = embedded;
  for (let layer = 0; layer < config.layers; layer += 1) {
    const part = (rows: Matrix, name: string): Matrix => project(rows, layerWeight(layer, name));
    const before = normed(hidden, layerWeight(layer, 'input_layernorm'));
    const queries = tape.apply(turn, part(before, 'self_attn.q_proj'));
    const keys = tape.apply(turn, part(before, 'self_attn.k_proj'));
    const attended = tape.apply(attention, queries, keys, part(before, 'self_attn.v_proj'));
    hidden = tape.apply(addBranches, hidden, part(attended, 'self_attn.o_proj'));
    const after = normed(hidden, layerWeight(layer, 'post_attention_layernorm'));
    const activated = tape.apply(swiGlu, part(after, 'mlp.gate_proj'), part(after, 'mlp.up_proj'));
    hidden = tape.apply(addBranches, hidden, part(activated, 'mlp.down_proj'));
  }
  const logits = project(normed(hidden, FINAL_NORM_WEIGHT), EMBEDDING_WEIGHT);
  return tape.apply(targetLogProbabilities(targets, temperature), logits);
}

function oneHot(ids: Int32Array, size: number): Matrix {
  const rows = new Float32Array(ids.length * size);
  ids.forEach((id, row) => {
    rows[row * size + id] = 1;
  });
  return tf.tensor2d(rows, [ids.length, size]);
}

function rotationTables(config: DecoderConfig, lengths: readonly number[]): RotationTables {
  const headSize = config.hiddenSize / config.heads;
  const tables = ropeTables({ ...config, maxPositions: Math.max(...lengths) });
  const rows = lengths.reduce((sum, length) => sum + length, 0);
  const expand = (table: Float32Array): Matrix => {
    const expanded = new Float32Array(rows * config.heads * headSize);
    let offset = 0;
    for (const length of lengths) {
      for (let position = 0; position < length; position += 1) {
        const row = table.subarray(position * headSize, (position + 1) * headSize);
        for (let head = 0; head < config.heads; head += 1, offset += headSize) expanded.set(row, offset);
      }
    }
    return tf.tensor2d(expanded, [rows * config.heads, headSize]);
  };
  const identity = Float32Array.from({ length: headSize ** 2 }, (_, index) => (index % (headSize + 1) === 0 ? 1 : 0));
  const half = rotateHalfColumns({ shape: [headSize, headSize], data: identity }, headSize);
  return {
    cosine: expand(tables.cosine),
    sine: expand(tables.sine),
    half: tf.tensor2d(half.data, [headSize, headSize]),
  };
}
