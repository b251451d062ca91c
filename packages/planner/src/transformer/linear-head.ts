import type { Parameters } from '../parameters.js';

/** Names of the head's arrays. */
export type HeadName = 'output.weight' | 'output.bias';

/** Weights 0, so that an untrained planner chooses every strategy alike (and expects nothing). */
export function startHead(width: number, outputs: number): Record<HeadName, Parameters[string]> {
  return {
    'output.weight': { shape: [width, outputs], values: new Float32Array(width * outputs) },
    'output.bias': { shape: [outputs], values: new Float32Array(outputs) },
  };
}

/** outputs = state · weight + bias, in plain arrays: it is small, and read at few places. */
export class LinearHead {
  readonly #weight: Float32Array;
  readonly #bias: Float32Array;

  constructor(parameters: Readonly<Record<HeadName, Parameters[string]>>) {
    this.#weight = parameters['output.weight'].values;
    this.#bias = parameters['output.bias'].values;
  }

  get outputs(): number {
    return this.#bias.length;
  }

  get width(): number {
    return this.#weight.length / this.#bias.length;
  }

  /** Outputs of the state in row `row` of [rows, width]. */
  forward(states: Float32Array, row: number): Float64Array {
    const outputs = Float64Array.from(this.#bias);
    for (let index = 0; index < this.width; index += 1) {
      const value = states[row * this.width + index]!;
      for (let output = 0; output < outputs.length; output += 1) {
        outputs[output]! += value * this.#weight[index * outputs.length + output]!;
      }
    }
    return outputs;
  }

  /**
   * Gradients of a loss with these slopes by the outputs, [rows, outputs]: for the states, [rows, width], and the head itself.
   */
  backward(
    states: Float32Array,
    slopes: Float32Array,
  ): { readonly states: Float32Array; readonly head: Record<HeadName, Float32Array> } {
    const { outputs, width } = this;
    const gradient = new Float32Array(states.length);
    const weight = new Float32Array(width * outputs);
    const bias = new Float32Array(outputs);
    for (let row = 0; row < slopes.length / outputs; row += 1) {
      for (let output = 0; output < outputs; output += 1) {
        const slope = slopes[row * outputs + output]!;
        if (slope === 0) continue;
        bias[output]! += slope;
        for (let index = 0; index < width; index += 1) {
          weight[index * outputs + output]! += slope * states[row * width + index]!;
          gradient[row * width + index]! += slope * this.#weight[index * outputs + output]!;
        }
      }
    }
    return { states: gradient, head: { 'output.weight': weight, 'output.bias': bias } };
  }
}
