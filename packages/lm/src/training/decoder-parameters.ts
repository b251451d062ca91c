import * as tf from '@tensorflow/tfjs-core';

import { type DecoderWeights, EMBEDDING_WEIGHT } from '../decoder-weights.js';
import { type LoraAdapter, loraScale } from '../lora/lora-adapter.js';
import type { Matrix, Tape } from './tape.js';

/** A decoder's weights, and those of its adapter, on the tfjs backend, for as many passes as are made before they change. */
export class DecoderParameters implements Disposable {
  readonly #tensors = new Map<string, tf.Tensor>();
  readonly #transposed = new Map<string, Matrix>();
  readonly #sums = new Map<string, tf.Tensor>();

  /** What adapters add is multiplied by this. */
  readonly adapterScale: number;
  private readonly weights: DecoderWeights;

  constructor(weights: DecoderWeights, adapter: LoraAdapter | null = null) {
    this.weights = adapter ? new Map([...weights, ...adapter.weights]) : weights;
    this.adapterScale = adapter ? loraScale(adapter.options) : 1;
  }

  /** @throws RangeError when there is none of that name; the weights are to be checked first */
  get<T extends tf.Tensor>(name: string): T {
    const found = this.#tensors.get(name) ?? this.#upload(name);
    return found as T;
  }

  has(name: string): boolean {
    return this.weights.has(name);
  }

  transposed(name: string): Matrix {
    const found = this.#transposed.get(name) ?? tf.transpose(this.get<Matrix>(name));
    this.#transposed.set(name, found);
    return found;
  }

  /** Rows of the embedding; a look-up on the backend would have a gradient that fails on wasm. */
  embed(tokens: Int32Array): Matrix {
    const { data, width } = this.#embedding();
    const rows = new Float32Array(tokens.length * width);
    tokens.forEach((token, row) => {
      rows.set(data.subarray(token * width, (token + 1) * width), row * width);
    });
    return tf.tensor2d(rows, [tokens.length, width]);
  }

  /** Makes a tape tell the gradients of the tensors named. */
  watch(tape: Tape, names: Iterable<string>): void {
    for (const name of names) tape.watch(this.get(name));
  }

  /** Adds what a tape told to what others did; takes its tensors over. */
  addGradients(gradients: ReadonlyMap<tf.Tensor, tf.Tensor>): void {
    for (const [name, tensor] of this.#tensors) {
      const part = gradients.get(tensor);
      const before = this.#sums.get(name);
      if (!part) continue;
      this.#sums.set(name, before ? tf.add(before, part) : part);
      if (before) tf.dispose([before, part]);
    }
  }

  /** The gradients added up of the tensors named; zero where nothing was. */
  async gradients(names: Iterable<string>): Promise<Map<string, Float32Array>> {
    const gradients = new Map<string, Float32Array>();
    for (const name of names) {
      const sum = this.#sums.get(name);
      gradients.set(name, sum ? await sum.data<'float32'>() : new Float32Array(this.#weight(name).data.length));
    }
    return gradients;
  }

  [Symbol.dispose](): void {
    for (const kept of [this.#tensors, this.#transposed, this.#sums]) {
      tf.dispose([...kept.values()]);
      kept.clear();
    }
  }

  #upload(name: string): tf.Tensor {
    const { shape, data } = this.#weight(name);
    const tensor = tf.tensor(data, [...shape]);
    this.#tensors.set(name, tensor);
    return tensor;
  }

  #embedding(): { data: Float32Array; width: number } {
    const { data, shape } = this.#weight(EMBEDDING_WEIGHT);
    return { data, width: shape[1] as number };
  }

  #weight(name: string) {
    const weight = this.weights.get(name);
    if (!weight) throw new RangeError(`There is no tensor ${name}; check the weights first.`);
    return weight;
  }
}
