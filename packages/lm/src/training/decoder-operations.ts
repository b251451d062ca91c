import * as tf from '@tensorflow/tfjs-core';

import type { Matrix, Operation } from './tape.js';

/** The sum of two branches. */
export const addBranches: Operation<[Matrix, Matrix]> = {
  forward: (left, right) => ({ value: tf.add(left, right), keep: [] }),
  backward: (gradient) => [gradient, gradient],
};

/** A branch with another one, scaled, added. */
export const addScaled = (scale: number): Operation<[Matrix, Matrix]> => ({
  forward: (left, right) => ({ value: tf.add(left, tf.mul(right, scale)), keep: [] }),
  backward: (gradient, _, [, needsRight]) => [gradient, needsRight ? tf.mul(gradient, scale) : undefined],
});

/**
 * A linear layer: [rows, in] times the transpose of its weight [out, in].
 * @param transposed the weight's transpose, which is the same for all rows that it is applied to
 */
export const linear = (transposed: Matrix): Operation<[Matrix, Matrix]> => ({
  forward: (rows, weight) => ({ value: tf.matMul(rows, transposed), keep: [rows, weight] }),
  backward: (gradient, [rows, weight], [needsRows, needsWeight]) => [
    needsRows ? tf.matMul(gradient, weight as Matrix) : undefined,
    needsWeight ? tf.matMul(tf.transpose(gradient), rows as Matrix) : undefined,
  ],
});

/** [rows, out] plus a bias [out]. */
export const addBias: Operation<[Matrix, tf.Tensor1D]> = {
  forward: (rows, bias) => ({ value: tf.add(rows, bias), keep: [] }),
  backward: (gradient, _, [, needsBias]) => [gradient, needsBias ? tf.sum(gradient, 0) : undefined],
};

/** RMSNorm (Zhang and Sennrich 2019) of [rows, hidden] with a scale [hidden]. */
export const rmsNorm = (epsilon: number): Operation<[Matrix, tf.Tensor1D]> => ({
  forward: (rows, scale) => {
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(rows), 1, true), epsilon));
    const normed = tf.mul(rows, inverse);
    return { value: tf.mul(normed, scale), keep: [normed, inverse, scale] };
  },
  backward: (gradient, [normed, inverse, scale], [needsRows, needsScale]) => {
    const rowGradient = (): tf.Tensor => {
      const slope = tf.mul(gradient, scale as Matrix);
      const shared = tf.mean(tf.mul(slope, normed as Matrix), 1, true);
      return tf.mul(inverse as Matrix, tf.sub(slope, tf.mul(normed as Matrix, shared)));
    };
    return [
      needsRows ? rowGradient() : undefined,
      needsScale ? tf.sum(tf.mul(gradient, normed as Matrix), 0) : undefined,
    ];
  },
});

/** silu(gate) · up (Shazeer 2020), elementwise. */
export const swiGlu: Operation<[Matrix, Matrix]> = {
  forward: (gate, up) => {
    const sigmoid = tf.sigmoid(gate);
    const activated = tf.mul(gate, sigmoid);
    return { value: tf.mul(activated, up), keep: [up, sigmoid, activated] };
  },
  backward: (gradient, kept) => {
    const [up, sigmoid, activated] = kept as unknown as [Matrix, Matrix, Matrix];
    const slope = tf.add(sigmoid, tf.mul(activated, tf.sub(1, sigmoid)));
    return [tf.mul(tf.mul(gradient, up), slope), tf.mul(gradient, activated)];
  },
};

/** What turns heads by their positions; all of them tensors of the caller's. */
export interface RotationTables {
  /** [rows · heads, head size]. */
  readonly cosine: Matrix;
  readonly sine: Matrix;
  /** [head size, head size]: a head times it is its rotate_half. */
  readonly half: Matrix;
}

/** RoPE (Su et al. 2021) in the rotate_half convention, of rows with heads side by side. */
export const rotate = ({ cosine, sine, half }: RotationTables): Operation<[Matrix]> => ({
  forward: (rows) => {
    const heads = tf.reshape(rows, cosine.shape);
    const turned = tf.add(tf.mul(heads, cosine), tf.mul(tf.matMul(heads, half), sine));
    return { value: tf.reshape(turned, rows.shape), keep: [] };
  },
  // The transpose of rotate_half is its negative.
  backward: (gradient) => {
    const heads = tf.reshape(gradient, cosine.shape);
    const turned = tf.sub(tf.mul(heads, cosine), tf.matMul(tf.mul(heads, sine), half));
    return [tf.reshape(turned, gradient.shape)];
  },
});

/**
 * Some of the rows, as a product: a look-up's gradient fails on the wasm backend.
 * @param selection one-hot, [taken, rows], a tensor of the caller's
 */
export const takeRows = (selection: Matrix): Operation<[Matrix]> => ({
  forward: (rows) => ({ value: tf.matMul(selection, rows), keep: [] }),
  backward: (gradient) => [tf.matMul(tf.transpose(selection), gradient)],
});

/**
 * Log-probabilities [rows, 1] of one token in each row of logits [rows, vocabulary].
 * @param targets one-hot, a tensor of the caller's
 * @param temperature what the logits are divided by
 */
export const targetLogProbabilities = (targets: Matrix, temperature: number): Operation<[Matrix]> => ({
  forward: (logits) => {
    const all = tf.logSoftmax(temperature === 1 ? logits : tf.div<Matrix>(logits, temperature));
    return { value: tf.sum(tf.mul(all, targets), 1, true), keep: [all] };
  },
  backward: (gradient, [all]) => [
    tf.mul(tf.sub(targets, tf.exp(all as Matrix)), temperature === 1 ? gradient : tf.div(gradient, temperature)),
  ],
});

/**
 * The same beside the entropy of each row's distribution, in nats: [rows, 2].
 * @param isLearned whether the entropies' gradient is wanted; if not, it is taken for 0
 */
export const targetLogProbabilitiesAndEntropies = (
  targets: Matrix,
  temperature: number,
  isLearned: boolean,
): Operation<[Matrix]> => {
  const ofTargets = targetLogProbabilities(targets, temperature);
  return {
    forward: (logits) => {
      const { value, keep } = ofTargets.forward(logits);
      const all = keep[0] as Matrix;
      const entropy = tf.neg<Matrix>(tf.sum(tf.mul(tf.exp(all), all), 1, true));
      return { value: tf.concat([value, entropy], 1), keep: [all, entropy] };
    },
    backward: (gradient, [all, entropy], wanted) => {
      const [byTarget, byEntropy] = tf.split(gradient, 2, 1) as [Matrix, Matrix];
      const slope = ofTargets.backward(byTarget, [all as Matrix], wanted)[0] as Matrix;
      if (!isLearned) return [slope];
      // −p · (ln p + H): what makes the likely likelier costs entropy.
      const spread = tf.mul(tf.exp(all as Matrix), tf.add(all as Matrix, entropy as Matrix));
      return [tf.sub(slope, tf.mul(spread, temperature === 1 ? byEntropy : tf.div(byEntropy, temperature)))];
    },
  };
};
