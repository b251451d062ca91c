import { ConfigError, TOKENS } from '@rsim/core';
import { checkEstimator } from '@rsim/planner';
import type { Composition } from './composition.js';
import { imitating, trainable, trainableFollower } from './run-training.js';

/**
 * Finds what would end training in a later stage, before the first has begun.
 *
 * @throws ConfigError when planner or follower cannot do what a stage asks for.
 * @throws PlannerError when the planner's backend cannot be used.
 */
export async function checkTraining({ container }: Composition): Promise<void> {
  const { continual, temperature, training } = container.resolve(TOKENS.config);
  const { stage0, stage2 } = training;
  const planner = trainable(container.resolve(TOKENS.planner));
  const { follower: _, ...estimators } = container.resolve(TOKENS.estimators);
  for (const estimator of Object.values(estimators)) checkEstimator(estimator, planner);
  if (stage0.kind.startsWith('imitation')) imitating(planner);
  if ([stage0, training, stage2].some(({ kl }) => kl > 0) && planner.freeze === undefined) {
    throw new ConfigError(`planner "${planner.name}" cannot be frozen, which a divergence is measured from`, {
      remedy: 'Set training.stage0.kl, training.kl and training.stage2.kl to 0, or name a planner that can, e.g. gru.',
    });
  }
  const followerLearns = continual === undefined && stage2.iterations > 0 && stage2.mode !== 'leader';
  if (followerLearns) {
    trainableFollower(container.resolve(TOKENS.follower));
    if (temperature === 0) {
      throw new ConfigError('a follower cannot learn at temperature 0: all episodes of a group would be alike', {
        remedy: 'Set temperature to more than 0, e.g. 0.7.',
      });
    }
  }
  await planner.prepare?.();
}
