import * as tf from '@tensorflow/tfjs-core';

export type Matrix = tf.Tensor2D;

/** A type, not an interface, so that tfjs knows it for a container of tensors. */
export type Forward = {
  readonly value: Matrix;
  /** What the gradient will need: inputs, or tensors made here. */
  readonly keep: tf.Tensor[];
};

/**
 * A differentiable operation with its gradient written out. On the wasm backend only matrix products of operands as they stand,
 * without a batch, are fast (about 12 times), and derived gradients transpose them within the product.
 */
export interface Operation<Inputs extends readonly tf.Tensor[]> {
  forward(...inputs: Inputs): Forward;
  /**
   * From the gradient of the value and what was kept, the gradients of the inputs in their order. The gradient itself may be one of
   * them, more than once.
   * @param wanted which inputs need theirs; the others may be undefined
   */
  backward(gradient: Matrix, kept: readonly Matrix[], wanted: readonly boolean[]): readonly (tf.Tensor | undefined)[];
}

/** One application of an operation. */
interface Entry {
  readonly inputs: readonly tf.Tensor[];
  readonly wanted: readonly boolean[];
  readonly forward: Forward;
  backward(gradient: Matrix): readonly (tf.Tensor | undefined)[];
}

/**
 * Operations as they were applied, to go back through once. tfjs has a tape of its own, but wants to know the gradient of the result
 * before it is computed; the policy loss is known only after its log-probabilities were read. Tensors made on the tape are its own, and gone as
 * soon as they are of no more use.
 */
export class Tape implements Disposable {
  readonly #entries: Entry[] = [];
  /** Tensors that depend on watched ones. */
  readonly #learned = new Set<tf.Tensor>();
  readonly #held = new Set<tf.Tensor>();

  /** Makes `backward` give the gradient of a tensor, which stays its owner's. */
  watch<T extends tf.Tensor>(tensor: T): T {
    this.#learned.add(tensor);
    return tensor;
  }

  apply<Inputs extends readonly tf.Tensor[]>(operation: Operation<Inputs>, ...inputs: Inputs): Matrix {
    const forward = tf.tidy(() => operation.forward(...inputs));
    const wanted = inputs.map((input) => this.#learned.has(input));
    this.#held.add(forward.value);
    for (const tensor of forward.keep) if (!inputs.includes(tensor)) this.#held.add(tensor);
    if (wanted.includes(true)) {
      this.#learned.add(forward.value);
      this.#entries.push({
        ...{ inputs, wanted, forward },
        backward: (gradient) => operation.backward(gradient, forward.keep as Matrix[], wanted),
      });
    }
    return forward.value;
  }

  /**
   * Gradients of the watched tensors; the caller's own from then on.
   * @param value of one of the operations
   * @param gradient by that value; the tape's from then on
   */
  backward(value: Matrix, gradient: Matrix): ReadonlyMap<tf.Tensor, tf.Tensor> {
    const gradients = new GradientSums();
    gradients.add(value, gradient);
    for (const entry of this.#entries.splice(0).reverse()) {
      const outer = gradients.take(entry.forward.value);
      if (outer) {
        const parts = tf.tidy(() => [...entry.backward(outer as Matrix)]);
        entry.inputs.forEach((input, index) => {
          const part = parts[index];
          if (part && entry.wanted[index]) gradients.add(input, part);
          else if (part && part !== outer) part.dispose();
        });
        gradients.release(outer);
      }
      for (const tensor of [entry.forward.value, ...entry.forward.keep]) {
        if (!entry.inputs.includes(tensor) && this.#held.delete(tensor)) tensor.dispose();
      }
    }
    return gradients.sums;
  }

  [Symbol.dispose](): void {
    for (const tensor of this.#held) tensor.dispose();
    this.#held.clear();
  }
}

/** Gradients by the tensor they belong to. One gradient may belong to several, so their uses are counted. */
class GradientSums {
  readonly sums = new Map<tf.Tensor, tf.Tensor>();
  readonly #uses = new Map<tf.Tensor, number>();

  add(tensor: tf.Tensor, part: tf.Tensor): void {
    this.#retain(part);
    const before = this.sums.get(tensor);
    if (!before) {
      this.sums.set(tensor, part);
      return;
    }
    const sum = tf.add(before, part);
    this.#retain(sum);
    this.sums.set(tensor, sum);
    this.release(before);
    this.release(part);
  }

  /** What takes a gradient out has to release it. */
  take(tensor: tf.Tensor): tf.Tensor | undefined {
    const sum = this.sums.get(tensor);
    this.sums.delete(tensor);
    return sum;
  }

  release(gradient: tf.Tensor): void {
    const uses = (this.#uses.get(gradient) ?? 0) - 1;
    this.#uses.set(gradient, uses);
    if (uses > 0) return;
    this.#uses.delete(gradient);
    gradient.dispose();
  }

  #retain(gradient: tf.Tensor): void {
    this.#uses.set(gradient, (this.#uses.get(gradient) ?? 0) + 1);
  }
}
