import type { DecoderWeights, WeightTensor } from '../decoder-weights.js';

export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Decay per unit of learning rate, of matrices only: norms keep their scale. */
  readonly weightDecay: number;
  /** Gradients longer than this, all weights together, are shortened to it. */
  readonly clipNorm: number;
}

/** First and second moments of every weight. */
export interface AdamWMoments {
  readonly first: DecoderWeights;
  readonly second: DecoderWeights;
}

/** AdamW (Loshchilov and Hutter 2019, algorithm 2) over plain arrays, so that its state is saved and restored exactly. */
export class AdamW {
  constructor(
    private readonly options: AdamWOptions,
    readonly moments: AdamWMoments,
  ) {}

  static start(options: AdamWOptions, weights: DecoderWeights): AdamW {
    return new AdamW(options, { first: zeros(weights), second: zeros(weights) });
  }

  /**
   * Changes `weights` in place.
   * @param step from 1; what bias correction counts
   * @returns whether all weights and moments are finite numbers after it
   */
  update(
    weights: DecoderWeights,
    gradients: ReadonlyMap<string, Float32Array>,
    learningRate: number,
    step: number,
  ): boolean {
    const { beta1, beta2, epsilon, weightDecay, clipNorm } = this.options;
    const scale = Math.min(1, clipNorm / (gradientNorm(gradients) + 1e-12));
    const rate = (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
    // 0 as long as every number is finite, else NaN: cheaper than a question of each.
    let flaw = 0;
    const correctedEpsilon = epsilon * Math.sqrt(1 - beta2 ** step);
    for (const [name, { shape, data }] of weights) {
      const gradient = gradients.get(name) as Float32Array;
      const { data: first } = this.moments.first.get(name) as WeightTensor;
      const { data: second } = this.moments.second.get(name) as WeightTensor;
      const kept = shape.length > 1 ? 1 - learningRate * weightDecay : 1;
      for (let index = 0; index < data.length; index += 1) {
        const slope = (gradient[index] as number) * scale;
        const mean = beta1 * (first[index] as number) + (1 - beta1) * slope;
        const square = beta2 * (second[index] as number) + (1 - beta2) * slope * slope;
        first[index] = mean;
        second[index] = square;
        data[index] = (data[index] as number) * kept - (rate * mean) / (Math.sqrt(square) + correctedEpsilon);
        flaw += 0 * (data[index] as number) + 0 * (second[index] as number);
      }
    }
    return flaw === 0;
  }
}

function zeros(weights: DecoderWeights): DecoderWeights {
  return new Map([...weights].map(([name, { shape, data }]) => [name, { shape, data: new Float32Array(data.length) }]));
}

/** Length of a gradient, all weights together. */
export function gradientNorm(gradients: ReadonlyMap<string, Float32Array>): number {
  let sum = 0;
  for (const gradient of gradients.values()) {
    for (let index = 0; index < gradient.length; index += 1) sum += (gradient[index] as number) ** 2;
  }
  return Math.sqrt(sum);
}
