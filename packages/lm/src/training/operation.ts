import * as tf from '@tensorflow/tfjs-core';

export type Matrix = tf.Tensor2D;

/** A result, and what its gradient will need. */
export interface Forward {
  readonly value: Matrix;
  readonly keep: readonly tf.Tensor[];
}

/**
 * An operation with its gradient written out. tfjs could derive the gradients of the decoder's parts, but on the wasm
 * backend only matrix products of operands as they stand are fast (about 12 times), and derived gradients transpose them
 * within the product; written out, a training step also takes a fraction of the temporaries.
 *
 * @param backward from the gradient of the value and what was kept, the gradients of the inputs in their order
 */
export function defineOperation<Inputs extends readonly tf.Tensor[]>(
  forward: (...inputs: Inputs) => Forward,
  backward: (gradient: Matrix, kept: readonly Matrix[]) => tf.Tensor[],
): (...inputs: Inputs) => Matrix {
  const operation = tf.customGrad((...received: unknown[]) => {
    const save = received.pop() as tf.GradSaveFunc;
    const { value, keep } = forward(...(received as unknown as Inputs));
    save([...keep]);
    return {
      value,
      gradFunc: (gradient: tf.Tensor, kept: tf.Tensor[]) => backward(gradient as Matrix, kept as Matrix[]),
    };
  });
  return (...inputs) => operation(...inputs) as Matrix;
}
