import * as tf from '@tensorflow/tfjs-core';

import type { DecoderConfig } from '../decoder-config.js';
import { type DecoderWeights, EMBEDDING_WEIGHT, FINAL_NORM_WEIGHT, layerWeight } from '../decoder-weights.js';
import { rotateHalfColumns } from '../linear-columns.js';
import { ropeTables } from '../rope.js';
import {
  addBranches,
  causalAttention,
  crossEntropy,
  linear,
  product,
  rmsNorm,
  rotate,
  type RotationTables,
  swiGlu,
} from './decoder-operations.js';
import type { DocumentBatch } from './document-batch.js';
import type { Matrix } from './operation.js';

/** Loss of one batch and its gradient for every weight. */
export interface LossAndGradients {
  /** Mean cross-entropy in nats over the weighted tokens. */
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/**
 * Mean loss of a batch under `weights`, and its gradients, on whatever tfjs backend is set. Nothing stays on the backend.
 */
export async function lossAndGradients(
  config: DecoderConfig,
  weights: DecoderWeights,
  batch: DocumentBatch,
): Promise<LossAndGradients> {
  const total = batch.weights.reduce((sum, weight) => sum + weight, 0);
  return gradientsOf(config, weights, batch, Math.max(total, 1e-9));
}

/** Gradients of the sum of −weight · log-probability over a batch's tokens; weights of either sign. */
export async function weightedGradients(
  config: DecoderConfig,
  weights: DecoderWeights,
  batch: DocumentBatch,
): Promise<ReadonlyMap<string, Float32Array>> {
  return (await gradientsOf(config, weights, batch, 1)).gradients;
}

/** Log-probability of every target of a batch, [documents · length]. */
export async function tokenLogProbabilities(
  config: DecoderConfig,
  weights: DecoderWeights,
  batch: DocumentBatch,
): Promise<Float32Array> {
  const result = tf.tidy(() => {
    const parameters = [...weights].map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])] as const);
    const targets = oneHot(batch.targets, config.vocabularySize);
    return tf.sum(tf.mul(tf.logSoftmax(batchLogits(config, new Map(parameters), batch)), targets), 1);
  });
  try {
    return await result.data<'float32'>();
  } finally {
    result.dispose();
  }
}

/** @param divisor of the batch's weights */
async function gradientsOf(
  config: DecoderConfig,
  weights: DecoderWeights,
  batch: DocumentBatch,
  divisor: number,
): Promise<LossAndGradients> {
  const names = [...weights.keys()];
  const parameters = [...weights.values()].map(({ shape, data }) => tf.tensor(data, [...shape]));
  const { value, grads } = tf.valueAndGrads((...tensors: tf.Tensor[]) =>
    batchLoss(config, new Map(names.map((name, index) => [name, tensors[index] as tf.Tensor])), batch, divisor),
  )(parameters);
  try {
    const gradients = await Promise.all(grads.map((gradient) => gradient.data<'float32'>()));
    const [loss = Number.NaN] = await value.data<'float32'>();
    return { loss, gradients: new Map(names.map((name, index) => [name, gradients[index] as Float32Array])) };
  } finally {
    tf.dispose([value, ...grads, ...parameters]);
  }
}

/** The weighted cross-entropy, [1, 1]. */
function batchLoss(
  config: DecoderConfig,
  weights: ReadonlyMap<string, tf.Tensor>,
  batch: DocumentBatch,
  divisor: number,
): Matrix {
  const shares = batch.weights.map((weight) => weight / divisor);
  const targets = oneHot(batch.targets, config.vocabularySize);
  return crossEntropy(batchLogits(config, weights, batch), targets, tf.tensor2d(shares, [shares.length, 1]));
}

/** The forward pass, the same decoder as the ONNX graph and the plain reference: [documents · length, vocabulary]. */
function batchLogits(config: DecoderConfig, weights: ReadonlyMap<string, tf.Tensor>, batch: DocumentBatch): Matrix {
  const parameter = (name: string): Matrix => weights.get(name) as Matrix;
  const scale = (name: string): tf.Tensor1D => weights.get(name) as tf.Tensor1D;
  const rotation = rotationTables(config, batch);
  const shape = { documents: batch.documents, length: batch.length, heads: config.heads };
  const embedding = parameter(EMBEDDING_WEIGHT);
  let hidden = product(oneHot(batch.inputs, config.vocabularySize), embedding);
  for (let layer = 0; layer < config.layers; layer += 1) {
    const part = (name: string): Matrix => parameter(layerWeight(layer, name));
    const normed = rmsNorm(hidden, scale(layerWeight(layer, 'input_layernorm')), config.rmsNormEpsilon);
    const attended = causalAttention(
      rotate(linear(normed, part('self_attn.q_proj')), rotation),
      rotate(linear(normed, part('self_attn.k_proj')), rotation),
      linear(normed, part('self_attn.v_proj')),
      shape,
    );
    hidden = addBranches(hidden, linear(attended, part('self_attn.o_proj')));
    const forward = rmsNorm(hidden, scale(layerWeight(layer, 'post_attention_layernorm')), config.rmsNormEpsilon);
    const activated = swiGlu(linear(forward, part('mlp.gate_proj')), linear(forward, part('mlp.up_proj')));
    hidden = addBranches(hidden, linear(activated, part('mlp.down_proj')));
  }
  return linear(rmsNorm(hidden, scale(FINAL_NORM_WEIGHT), config.rmsNormEpsilon), embedding);
}

/** One-hot rows instead of a look-up: the gradient of a look-up fails on the wasm backend. */
function oneHot(ids: Int32Array, size: number): Matrix {
  const rows = new Float32Array(ids.length * size);
  ids.forEach((id, row) => {
    rows[row * size + id] = 1;
  });
  return tf.tensor2d(rows, [ids.length, size]);
}

function rotationTables(config: DecoderConfig, { documents, length }: DocumentBatch): RotationTables {
  const headSize = config.hiddenSize / config.heads;
  const tables = ropeTables(config);
  const expand = (table: Float32Array): Matrix => {
    const rows = Float32Array.from({ length: documents * length * config.hiddenSize }, (_, index) => {
      const position = Math.floor(index / config.hiddenSize) % length;
      return table[position * headSize + (index % headSize)] as number;
    });
    return tf.tensor2d(rows, [documents * length, config.hiddenSize]);
  };
  const size = config.hiddenSize;
  const identity = Float32Array.from({ length: size * size }, (_, index) => (index % (size + 1) === 0 ? 1 : 0));
  const half = rotateHalfColumns({ shape: [size, size], data: identity }, headSize);
  return { cosine: expand(tables.cosine), sine: expand(tables.sine), half: tf.tensor2d(half.data, [size, size]) };
}
