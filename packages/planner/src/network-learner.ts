import type { NamedWeights, StrategySet } from '@rsim/core';
import { Adam } from './adam.js';
import { useBackend } from './backend.js';
import type { BackendName } from './backend.js';
import type { FeatureExtractor } from './features.js';
import { valuesOf } from './parameters.js';
import type { NetworkShape, Parameters } from './parameters.js';
import type { ScoreLoss } from './tensor-network.js';
import type { TrajectoryBatch } from './trajectory-batch.js';

/** Moves a network's weights down the gradient of whatever loss it is given. */
export class NetworkLearner {
  readonly adam: Adam;
  /** Action index of each strategy id. */
  readonly actions: ReadonlyMap<string, number>;

  /** @param forbidden Action indices that are never chosen; their scores reach the loss as −∞. */
  constructor(
    readonly shape: NetworkShape,
    readonly parameters: Parameters,
    readonly extractor: FeatureExtractor,
    strategySet: StrategySet,
    readonly forbidden: readonly number[],
    readonly backend: BackendName,
  ) {
    this.adam = new Adam(shape);
    this.actions = new Map(strategySet.strategies.map(({ id }, index) => [id, index]));
  }

  /**
   * One gradient step on one batch.
   * @param penalty Adds the slope of a penalty on the weights to their gradient.
   * @returns Length of the gradient before clipping.
   */
  async step(
    batch: TrajectoryBatch,
    settings: { readonly learningRate: number; readonly maxGradientNorm: number },
    loss: ScoreLoss,
    penalty?: (weights: NamedWeights, gradient: NamedWeights) => void,
  ): Promise<number> {
    const gradient = await this.gradient(batch, loss);
    penalty?.(valuesOf(this.parameters), valuesOf(gradient));
    return this.adam.step(this.parameters, gradient, settings);
  }

  /** Gradient of a loss on the scores of one batch, for every weight. */
  async gradient(batch: TrajectoryBatch, loss: ScoreLoss): Promise<Parameters> {
    // Loaded here, not above: deciding needs no tensor library, and it takes a while to load.
    const { lossGradient } = await import('./tensor-network.js');
    await useBackend(this.backend);
    return lossGradient(this.shape, this.parameters, batch, (logits) => loss(this.#masked(logits)));
  }

  #masked(logits: Float32Array): Float32Array {
    if (this.forbidden.length === 0) return logits;
    const masked = Float32Array.from(logits);
    for (let row = 0; row < masked.length; row += this.shape.actions) {
      for (const action of this.forbidden) masked[row + action] = -Infinity;
    }
    return masked;
  }
}
