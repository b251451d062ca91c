import { ConfigError } from '@rsim/core';
import type { AggregationName, DivergenceName, OptimizerSettings, SurrogateName } from '@rsim/core';
import { learningRateAt, linearAt, type LearningRateSchedule } from './schedule.js';
import type { UpdateSettings } from './trainable-planner.js';
import type { TurnSettings } from './turns.js';

/** Settings of one stage of training. Those without a default of their own: see {@link defaultTraining}. */
export interface TrainingSettings extends TurnSettings, LearningRateSchedule, Required<OptimizerSettings> {
  /** Problems of one iteration, over all suites together. */
  readonly problemsPerIteration: number;
  /** Episodes of each problem (G): advantages are normalised within them. */
  readonly group: number;
  /** How often, at most, further problems are drawn in place of those whose episodes' rewards are all alike. */
  readonly resample: number;
  /** The follower's softmax temperature. */
  readonly temperature: number;
  /** Passes over the episodes of one iteration. */
  readonly epochs: number;
  /** Gradient steps of one pass: the groups are divided into so many parts. */
  readonly minibatches: number;
  /** How far the policy is trusted to move; see `surrogates` in core. */
  readonly loss: SurrogateName;
  /** Half-width of the trusted range of probability ratios, or its part below 1 where `clipHigh` is given. */
  readonly clip: number;
  /** The part above 1. */
  readonly clipHigh?: number;
  /** How decisions' losses become one; see `aggregations` in core. */
  readonly aggregation: AggregationName;
  /** Weight of the divergence from the planner as it was when the stage began, or from the reference given; 0 for none. */
  readonly kl: number;
  /** How it is estimated; see `divergences` in core. */
  readonly klEstimator: DivergenceName;
  /** Weight of the value estimate's squared error, where the estimator learns one. */
  readonly valueWeight: number;
  /** Weight of the entropy bonus. */
  readonly entropy: number;
  /** Weight of the entropy bonus at the end, as a multiple of the first; linear between. */
  readonly finalEntropy: number;
  /**
   * Token budget at the start, as a multiple of the suite's; it shrinks to 1. Under a strict budget alone, solutions
   * that spend all of it on the right things are hardly ever sampled.
   */
  readonly annealFrom: number;
  /** Share of the stage over which the budget shrinks. */
  readonly annealFraction: number;
  /** λ, the weight of the leader's term. */
  readonly leaderWeight: number;
  /** λ at the end, as a multiple of the first; linear between. */
  readonly finalLeaderWeight: number;
}

/** What is left out of {@link TrainingSettings}. */
export const defaultTraining = {
  problemsPerIteration: 24,
  group: 8,
  resample: 0,
  temperature: 0.7,
  epochs: 3,
  minibatches: 4,
  loss: 'ppo',
  clip: 0.2,
  aggregation: 'decision',
  kl: 0,
  klEstimator: 'k3',
  valueWeight: 0.5,
  learningRate: 3e-3,
  finalLearningRate: 0.3,
  warmUp: 0,
  entropy: 0.03,
  finalEntropy: 0.2,
  maxGradientNorm: 1,
  beta1: 0.9,
  beta2: 0.999,
  weightDecay: 0,
  annealFrom: 1,
  annealFraction: 0.5,
  leaderWeight: 1,
  finalLeaderWeight: 1,
  mode: 'leader',
  followerEvery: 1,
  turn: 10,
} as const;

export type TrainingInput = Pick<TrainingSettings, 'iterations'> & Partial<TrainingSettings>;

/**
 * The settings with defaults filled in.
 * @throws ConfigError when one is out of its range.
 */
export function trainingSettings(input: TrainingInput): TrainingSettings {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const settings: TrainingSettings = { ...defaultTraining, ...(given as TrainingInput) };
  for (const [name, lowest] of Object.entries(lowestValues) as [keyof typeof lowestValues, number][]) {
    const value = settings[name];
    if (value === undefined || value >= lowest) continue;
    throw new ConfigError(`training setting ${name} is ${value}`, {
      remedy: `Give it a value of at least ${lowest}.`,
    });
  }
  return settings;
}

type NumberSetting = Exclude<keyof TrainingSettings, 'mode' | 'loss' | 'clipHigh' | 'aggregation' | 'klEstimator'>;
const lowestValues: Readonly<Record<NumberSetting, number>> = {
  iterations: 0,
  problemsPerIteration: 1,
  group: 2,
  resample: 0,
  temperature: 0,
  epochs: 1,
  minibatches: 1,
  clip: 0,
  kl: 0,
  valueWeight: 0,
  learningRate: 0,
  finalLearningRate: 0,
  warmUp: 0,
  entropy: 0,
  finalEntropy: 0,
  maxGradientNorm: 0,
  beta1: 0,
  beta2: 0,
  weightDecay: 0,
  annealFrom: 1,
  annealFraction: 0,
  leaderWeight: 0,
  finalLeaderWeight: 0,
  followerEvery: 1,
  finalFollowerEvery: 1,
  turn: 1,
  finalTurn: 1,
};

/** How iteration `iteration` (from 0) learns. */
export function updateSettingsAt(settings: TrainingSettings, iteration: number): UpdateSettings {
  const moment = { iteration, iterations: settings.iterations };
  const { epochs, minibatches, loss, clip, clipHigh, aggregation, kl, klEstimator } = settings;
  const { valueWeight, maxGradientNorm, beta1, beta2, weightDecay } = settings;
  return {
    ...{ epochs, minibatches, loss, clip, clipHigh: clipHigh ?? clip, aggregation, kl, klEstimator },
    ...{ valueWeight, maxGradientNorm, beta1, beta2, weightDecay },
    learningRate: learningRateAt(settings, moment),
    entropy: settings.entropy * linearAt(1, settings.finalEntropy, moment),
    weight: settings.leaderWeight * linearAt(1, settings.finalLeaderWeight, moment),
  };
}

/** Multiple of the token budget at iteration `iteration` (from 0): linear down to 1, then 1. */
export function budgetMultipleAt(settings: TrainingSettings, iteration: number): number {
  const last = settings.annealFraction * settings.iterations;
  return iteration >= last ? 1 : linearAt(settings.annealFrom, 1, { iteration, iterations: last });
}
