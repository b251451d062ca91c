import { ConfigError, type ObjectiveSettings, type OptimizerSettings } from '@rsim/core';
import type { LearningRateSchedule } from './schedule.js';

/** How the follower learns in one stage (rSIM, stage 2). A decision of its objective is a written token. */
export interface FollowerTrainingSettings extends ObjectiveSettings, OptimizerSettings, LearningRateSchedule {
  /** Passes over the episodes of one iteration. */
  readonly epochs: number;
  /** Gradient steps of one pass: the groups are divided into so many parts. */
  readonly minibatches: number;
  /** Weight of the KL term to the follower as it was when the stage began; 0 for none. */
  readonly klWeight: number;
  /** Weight of the entropy bonus. */
  readonly entropy: number;
  /** The same at the end, as a multiple of the first; linear between. */
  readonly finalEntropy: number;
}

/** What is left out of {@link FollowerTrainingSettings}. */
export const defaultFollowerTraining = {
  epochs: 1,
  minibatches: 4,
  clip: 0.2,
  learningRate: 1e-4,
  finalLearningRate: 0.3,
  warmUp: 0,
  klWeight: 0.01,
  entropy: 0,
  finalEntropy: 1,
} as const;

const lowestValues = {
  epochs: 1,
  minibatches: 1,
  clip: 0,
  learningRate: 0,
  finalLearningRate: 0,
  warmUp: 0,
  maxGradientNorm: 0,
  beta1: 0,
  beta2: 0,
  weightDecay: 0,
  klWeight: 0,
  entropy: 0,
  finalEntropy: 0,
} as const;

/** How one update of the follower learns. */
export interface FollowerUpdateSettings extends Omit<
  FollowerTrainingSettings,
  'finalLearningRate' | 'warmUp' | 'finalEntropy'
> {
  /** The softmax temperature that the episodes were sampled at. */
  readonly temperature: number;
}

/**
 * The settings with defaults filled in.
 * @throws ConfigError when one is out of its range.
 */
export function followerTrainingSettings(
  input: Partial<FollowerTrainingSettings>,
  temperature: number,
): FollowerTrainingSettings {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const settings: FollowerTrainingSettings = { ...defaultFollowerTraining, ...given };
  for (const [name, lowest] of Object.entries(lowestValues) as [keyof typeof lowestValues, number][]) {
    const value = settings[name];
    if (value === undefined || value >= lowest) continue;
    throw new ConfigError(`follower training setting ${name} is ${value}`, {
      remedy: `Give it a value of at least ${lowest}.`,
    });
  }
  if (temperature > 0) return settings;
  throw new ConfigError('a follower cannot learn at temperature 0: all episodes of a group would be alike', {
    remedy: 'Set temperature to more than 0, e.g. 0.7.',
  });
}
