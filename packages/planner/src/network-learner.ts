import type { NamedWeights, OptimizerSettings, StrategySet } from '@rsim/core';
import { Adam } from './adam.js';
import type { AdamStep } from './adam.js';
import { useBackend } from '@rsim/lm/backends';
import type { BackendChoice } from '@rsim/lm/backends';
import { copyParameters, valuesOf, zerosLike } from './parameters.js';
import type { Parameters } from './parameters.js';
import type { PolicyNetwork } from './policy-network.js';
import type { ChoiceLayout } from './trajectory.js';

/** Weights and optimiser of one moment. */
export interface LearnerSnapshot {
  readonly parameters: Parameters;
  readonly means: Parameters;
  readonly squares: Parameters;
  readonly steps: number;
}

/** Gradients of a loss for what the network gave. */
export interface HeadGradients {
  /** For the scores, [rows, actions]. */
  readonly gradient: Float32Array;
  /** For the value estimates, [rows]; none when the loss has nothing to say of them. */
  readonly valueGradient?: Float32Array;
}

/**
 * Reads the scores of every choice, [rows, actions], those of forbidden actions −∞, and the value estimates, [rows], or
 * `null` where the network makes none.
 */
export type HeadLoss = (scores: Float32Array, values: Float32Array | null) => HeadGradients;

/** Moves a network's weights down the gradient of whatever loss it is given. */
export class NetworkLearner {
  readonly adam: Adam;
  /** Action index of each strategy id. */
  readonly actions: ReadonlyMap<string, number>;

  /** @param forbidden Action indices that are never chosen; their scores reach the loss as −∞. */
  constructor(
    readonly network: PolicyNetwork,
    readonly strategySet: StrategySet,
    readonly forbidden: readonly number[],
    readonly backend: BackendChoice,
  ) {
    this.adam = new Adam(network.parameters);
    this.actions = new Map(strategySet.strategies.map(({ id }, index) => [id, index]));
  }

  /** The network's own, changed in place. */
  get parameters(): Parameters {
    return this.network.parameters;
  }

  /**
   * One gradient step on one batch.
   * @param penalty Adds the slope of a penalty on the weights to their gradient.
   * @returns what {@link flawOf} judges; a step with a flaw is to be taken back with {@link restore}.
   */
  async step(
    batch: ChoiceLayout,
    settings: OptimizerSettings,
    loss: HeadLoss,
    penalty?: (weights: NamedWeights, gradient: NamedWeights) => void,
  ): Promise<AdamStep> {
    const gradient = await this.gradient(batch, loss);
    penalty?.(valuesOf(this.parameters), valuesOf(gradient));
    const learningRate = settings.learningRate * (this.network.learningRateScale ?? 1);
    return this.adam.step(this.parameters, gradient, { ...settings, learningRate });
  }

  /** Gradient of a loss on the outputs of one batch, for every weight. */
  async gradient(batch: ChoiceLayout, loss: HeadLoss): Promise<Parameters> {
    await useBackend(this.backend);
    return this.network.gradient(batch, (outputs) => this.#outputGradient(outputs, loss));
  }

  /** All that learning changes, as it is now. */
  snapshot(): LearnerSnapshot {
    const copy = (from: Parameters) => {
      const into = zerosLike(from);
      copyParameters(from, into);
      return into;
    };
    const { means, squares, steps } = this.adam;
    return { parameters: copy(this.parameters), means: copy(means), squares: copy(squares), steps };
  }

  /** Takes back what was learned since. */
  restore({ parameters, means, squares, steps }: LearnerSnapshot): void {
    copyParameters(parameters, this.parameters);
    copyParameters(means, this.adam.means);
    copyParameters(squares, this.adam.squares);
    this.adam.resume(steps);
  }

  /** Parts the outputs into scores and values for the loss, and puts their gradients together. */
  #outputGradient(outputs: Float32Array, loss: HeadLoss): Float32Array {
    const { actions, value } = this.network;
    const width = actions + (value ? 1 : 0);
    const rows = outputs.length / width;
    const scores = new Float32Array(rows * actions);
    const values = value ? new Float32Array(rows) : null;
    for (let row = 0; row < rows; row += 1) {
      scores.set(outputs.subarray(row * width, row * width + actions), row * actions);
      for (const action of this.forbidden) scores[row * actions + action] = -Infinity;
      if (values !== null) values[row] = outputs[row * width + actions]!;
    }
    const { gradient, valueGradient } = loss(scores, values);
    if (values === null) return gradient;
    const whole = new Float32Array(outputs.length);
    for (let row = 0; row < rows; row += 1) {
      whole.set(gradient.subarray(row * actions, (row + 1) * actions), row * width);
      whole[row * width + actions] = valueGradient?.[row] ?? 0;
    }
    return whole;
  }
}

/** Why a step must not count: its loss, its gradient or what came of it is no finite number; `null` when it may. */
export function flawOf(loss: number, { norm, isFinite }: AdamStep): string | null {
  if (!Number.isFinite(loss)) return `the loss is ${loss}`;
  if (!Number.isFinite(norm)) return `the gradient's length is ${norm}`;
  return isFinite ? null : 'a weight is no finite number after it';
}
