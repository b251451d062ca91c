import { ConfigError, TOKENS, type RsimConfig } from '@rsim/core';
import { checkEstimator } from '@rsim/planner';
import type { Composition } from './composition.js';
import { followerLearns, startLearning, type LearningDevices } from './learning-devices.js';
import { imitating, trainable, trainableFollower } from './run-training.js';

/**
 * Finds what would end training in a later stage, before the first has begun.
 *
 * @returns what leader and follower learn on, which is started.
 * @throws ConfigError when planner or follower cannot do what a stage asks for, a sequence of tasks has no such stage, or a
 *   backend cannot be used.
 */
export async function checkTraining(composition: Composition): Promise<LearningDevices> {
  const { container } = composition;
  const config = container.resolve(TOKENS.config);
  refuseUnheard(config);
  const { stage0, stage2 } = config.training;
  const planner = trainable(container.resolve(TOKENS.planner));
  const { follower: _, ...estimators } = container.resolve(TOKENS.estimators);
  for (const estimator of Object.values(estimators)) checkEstimator(estimator, planner);
  if (stage0.kind.startsWith('imitation')) imitating(planner);
  if ([stage0, config.training, stage2].some(({ kl }) => kl > 0) && planner.freeze === undefined) {
    throw new ConfigError(`planner "${planner.name}" cannot be frozen, which a divergence is measured from`, {
      remedy: 'Set training.stage0.kl, training.kl and training.stage2.kl to 0, or name a planner that can, e.g. gru.',
    });
  }
  if (followerLearns(config)) {
    trainableFollower(container.resolve(TOKENS.follower));
    if (config.temperature === 0) {
      throw new ConfigError('a follower cannot learn at temperature 0: all episodes of a group would be alike', {
        remedy: 'Set temperature to more than 0, e.g. 0.7.',
      });
    }
  }
  return startLearning(composition);
}

/** @throws ConfigError when tasks in sequence are to be trained in a way in which they are not. */
function refuseUnheard({ continual, training: { stage2, startFrom } }: RsimConfig): void {
  if (continual === undefined) return;
  const unheard = {
    'training.startFrom': startFrom !== undefined,
    'training.stage2.iterations': stage2.iterations > 0,
  };
  for (const [name, isSet] of Object.entries(unheard)) {
    if (!isSet) continue;
    throw new ConfigError(`tasks in sequence are learned from scratch and by the leader alone, without ${name}`, {
      remedy: `Leave ${name} out, or train on the tasks in turn, without an order (continual).`,
    });
  }
}
