import * as tf from '@tensorflow/tfjs-core';

import { MASKED } from '../graph-layout.js';
import { defineOperation, type Matrix } from './operation.js';

/** [rows, inner] times [inner, columns]. */
export const product = defineOperation(
  (left: Matrix, right: Matrix) => ({ value: tf.matMul(left, right), keep: [left, right] }),
  (gradient, [left, right]) => [
    tf.matMul(gradient, tf.transpose(right as Matrix)),
    tf.matMul(tf.transpose(left as Matrix), gradient),
  ],
);

/** The sum of two branches; each gets the gradient as its own tensor, since tfjs disposes of gradients as it adds them up. */
export const addBranches = defineOperation(
  (left: Matrix, right: Matrix) => ({ value: tf.add<Matrix>(left, right), keep: [] }),
  (gradient) => [tf.clone(gradient), tf.clone(gradient)],
);

/** A linear layer: [rows, in] times the transpose of its weight [out, in]. */
export const linear = defineOperation(
  (rows: Matrix, weight: Matrix) => ({ value: tf.matMul(rows, tf.transpose(weight)), keep: [rows, weight] }),
  (gradient, [rows, weight]) => [
    tf.matMul(gradient, weight as Matrix),
    tf.matMul(tf.transpose(gradient), rows as Matrix),
  ],
);

/** RMSNorm (Zhang and Sennrich 2019) of [rows, hidden] with a scale [hidden]. */
export const rmsNorm = (rows: Matrix, scale: tf.Tensor1D, epsilon: number): Matrix =>
  defineOperation(
    (input: Matrix, factor: tf.Tensor1D) => {
      const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(input), 1, true), epsilon));
      const normed = tf.mul<Matrix>(input, inverse);
      return { value: tf.mul<Matrix>(normed, factor), keep: [normed, inverse, factor] };
    },
    (gradient, [normed, inverse, factor]) => {
      const slope = tf.mul<Matrix>(gradient, factor as tf.Tensor);
      const shared = tf.mean(tf.mul(slope, normed as Matrix), 1, true);
      const inputGradient = tf.mul(inverse as Matrix, tf.sub(slope, tf.mul(normed as Matrix, shared)));
      return [inputGradient, tf.sum(tf.mul(gradient, normed as Matrix), 0)];
    },
  )(rows, scale);

/** silu(gate) · up (Shazeer 2020), elementwise. */
export const swiGlu = defineOperation(
  (gate: Matrix, up: Matrix) => {
    const sigmoid = tf.sigmoid(gate);
    return { value: tf.mul<Matrix>(tf.mul(gate, sigmoid), up), keep: [gate, up, sigmoid] };
  },
  (gradient, [gate, up, sigmoid]) => {
    const activated = tf.mul(gate as Matrix, sigmoid as Matrix);
    const slope = tf.add(sigmoid as Matrix, tf.mul(activated, tf.sub(1, sigmoid as Matrix)));
    return [tf.mul(tf.mul(gradient, up as Matrix), slope), tf.mul(gradient, activated)];
  },
);

/** What turns rows by their positions, and what those rows are. */
export interface RotationTables {
  /** [rows, hidden]. */
  readonly cosine: Matrix;
  readonly sine: Matrix;
  /** [hidden, hidden]: `rows · half` is rotate_half of every head. */
  readonly half: Matrix;
}

/** RoPE (Su et al. 2021) in the rotate_half convention. */
export const rotate = (rows: Matrix, { cosine, sine, half }: RotationTables): Matrix =>
  defineOperation(
    (input: Matrix) => ({
      value: tf.add<Matrix>(tf.mul(input, cosine), tf.mul(tf.matMul(input, half), sine)),
      keep: [cosine, sine, half],
    }),
    // The transpose of rotate_half is its negative.
    (gradient, kept) => {
      const [cosines, sines, halves] = kept as unknown as [Matrix, Matrix, Matrix];
      return [tf.sub(tf.mul(gradient, cosines), tf.matMul(tf.mul(gradient, sines), halves))];
    },
  )(rows);

export interface AttentionShape {
  readonly documents: number;
  /** Positions per document, padding included. */
  readonly length: number;
  readonly heads: number;
}

/** Causal attention of queries, keys and values, [documents · length, hidden] each. */
export function causalAttention(queries: Matrix, keys: Matrix, values: Matrix, shape: AttentionShape): Matrix {
  const { documents, length, heads } = shape;
  const headSize = (queries.shape[1] as number) / heads;
  const scale = 1 / Math.sqrt(headSize);
  const split = (rows: Matrix): tf.Tensor3D =>
    tf.reshape(tf.transpose(tf.reshape(rows, [documents, length, heads, headSize]), [0, 2, 1, 3]), [
      documents * heads,
      length,
      headSize,
    ]);
  const join = (parts: tf.Tensor): Matrix =>
    tf.reshape(tf.transpose(tf.reshape(parts, [documents, heads, length, headSize]), [0, 2, 1, 3]), [
      documents * length,
      heads * headSize,
    ]);
  const operation = defineOperation(
    (query: Matrix, key: Matrix, value: Matrix) => {
      const [queryHeads, keyHeads, valueHeads] = [split(query), split(key), split(value)];
      const scores = tf.mul(tf.matMul(queryHeads, keyHeads, false, true), scale);
      const shares = tf.softmax(tf.add(scores, causalMask(length)));
      return { value: join(tf.matMul(shares, valueHeads)), keep: [queryHeads, keyHeads, valueHeads, shares] };
    },
    (gradient, kept) => {
      const [queryHeads, keyHeads, valueHeads, shares] = kept as unknown as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      const outputGradient = split(gradient);
      const shareGradient = tf.matMul(outputGradient, valueHeads, false, true);
      const weighted = tf.sum(tf.mul(shareGradient, shares), 2, true);
      const scoreGradient = tf.mul(tf.mul(shares, tf.sub(shareGradient, weighted)), scale);
      return [
        join(tf.matMul(scoreGradient, keyHeads)),
        join(tf.matMul(scoreGradient, queryHeads, true, false)),
        join(tf.matMul(shares, outputGradient, true, false)),
      ];
    },
  );
  return operation(queries, keys, values);
}

function causalMask(length: number): tf.Tensor {
  const mask = Float32Array.from({ length: length * length }, (_, index) =>
    index % length > Math.floor(index / length) ? MASKED : 0,
  );
  return tf.tensor(mask, [1, length, length]);
}

/**
 * Cross-entropy of logits [rows, vocabulary] against one-hot targets, each row counted `weights` [rows, 1] times.
 * @returns the sum, [1, 1]
 */
export const crossEntropy = (logits: Matrix, targets: Matrix, weights: Matrix): Matrix =>
  defineOperation(
    (scores: Matrix) => {
      const logProbabilities = tf.logSoftmax(scores);
      const perRow = tf.sum(tf.mul(logProbabilities, targets), 1, true);
      return { value: tf.neg(tf.sum(tf.mul(perRow, weights), 0, true)), keep: [logProbabilities, targets, weights] };
    },
    (gradient, kept) => {
      const [logProbabilities, keptTargets, keptWeights] = kept as unknown as [Matrix, Matrix, Matrix];
      return [tf.mul(tf.mul(tf.sub(tf.exp(logProbabilities), keptTargets), keptWeights), gradient)];
    },
  )(logits);
