import type { OptimizerSettings } from '@rsim/core';
import { zerosLike } from './parameters.js';
import type { Parameters } from './parameters.js';

const epsilon = 1e-8;

/** What a step found and did. */
export interface AdamStep {
  /** Length of the gradient before clipping; where it is not finite, nothing was moved. */
  readonly norm: number;
  /** Whether all weights and moments still are finite numbers after it. */
  readonly isFinite: boolean;
}

/**
 * Adam (Kingma and Ba, arXiv 1412.6980, algorithm 1, by default with its constants) after clipping the gradient to a global
 * length (Pascanu et al., arXiv 1211.5063), with decoupled weight decay (arXiv 1711.05101). Dense over the embedding table too: 131 000 numbers take about a
 * millisecond, and the moments of rows not seen decay as the paper has it.
 */
export class Adam {
  /** Running means of the gradient and of its square. */
  readonly means: Parameters;
  readonly squares: Parameters;
  #steps = 0;

  /** @param parameters What is to be moved: its names and shapes. */
  constructor(parameters: Parameters) {
    this.means = zerosLike(parameters);
    this.squares = zerosLike(parameters);
  }

  /** Steps taken so far; part of the state together with `means` and `squares`. */
  get steps(): number {
    return this.#steps;
  }

  /** Takes up where a saved optimiser stood, once its means and squares are back in place. */
  resume(steps: number): void {
    this.#steps = steps;
  }

  /**
   * Moves `parameters` one step down `gradient`, or nothing where that is not finite. A step that leaves a number that is not
   * finite is for the caller to take back.
   */
  step(
    parameters: Parameters,
    gradient: Parameters,
    { learningRate, maxGradientNorm = 1, beta1 = 0.9, beta2 = 0.999, weightDecay = 0 }: OptimizerSettings,
  ): AdamStep {
    const norm = lengthOf(gradient);
    if (!Number.isFinite(norm)) return { norm, isFinite: true };
    const scale = norm > maxGradientNorm ? maxGradientNorm / norm : 1;
    this.#steps += 1;
    // 0 as long as every number is finite, else NaN: cheaper than a question of each.
    let flaw = 0;
    const rate = learningRate / (1 - beta1 ** this.#steps);
    const correction = 1 / (1 - beta2 ** this.#steps);
    for (const [name, { shape, values: weights }] of Object.entries(parameters)) {
      const kept = shape.length > 1 ? 1 - learningRate * weightDecay : 1;
      const slopes = gradient[name]!.values;
      const means = this.means[name]!.values;
      const squares = this.squares[name]!.values;
      for (let index = 0; index < weights.length; index += 1) {
        const slope = slopes[index]! * scale;
        const mean = beta1 * means[index]! + (1 - beta1) * slope;
        const square = beta2 * squares[index]! + (1 - beta2) * slope * slope;
        means[index] = mean;
        squares[index] = square;
        weights[index] = kept * weights[index]! - (rate * mean) / (Math.sqrt(square * correction) + epsilon);
        flaw += 0 * weights[index]! + 0 * squares[index]!;
      }
    }
    return { norm, isFinite: flaw === 0 };
  }
}

function lengthOf(gradient: Parameters): number {
  let sum = 0;
  for (const { values } of Object.values(gradient)) {
    for (let index = 0; index < values.length; index += 1) sum += values[index]! * values[index]!;
  }
  return Math.sqrt(sum);
}
