import type { InjectionToken } from 'tsyringe';
import type { RsimConfig } from './config.js';
import type { AdvantageEstimator, EpisodeEstimator } from './advantage-estimator.js';
import type { Follower } from './follower.js';
import type { Planner } from './planner.js';
import type { PluginRegistry } from './plugin-registry.js';
import type { RewardRule } from './reward.js';
import type { StrategySet } from './strategy.js';
import type { TaskSuite } from './task-suite.js';
import type { Tracker } from './tracker.js';

/** A token of the dependency injection container that knows the type of what it stands for. */
export function token<T>(name: string): InjectionToken<T> {
  return Symbol(`rsim:${name}`);
}

/** What the composition root registers, under tokens that `resolve` and `@inject` know the type of. */
export const TOKENS = {
  config: token<RsimConfig>('config'),
  registry: token<PluginRegistry>('registry'),
  strategySet: token<StrategySet>('strategy-set'),
  suites: token<readonly TaskSuite[]>('suites'),
  rewards: token<readonly RewardRule[]>('rewards'),
  follower: token<Follower>('follower'),
  unseenFollowers: token<readonly Follower[]>('unseen-followers'),
  planner: token<Planner>('planner'),
  /** How rewards become advantages: the leader's in each stage, and the follower's. */
  estimators:
    token<Readonly<Record<'stage0' | 'real' | 'stage2', AdvantageEstimator> & { follower: EpisodeEstimator }>>(
      'estimators',
    ),
  trackers: token<readonly Tracker[]>('trackers'),
} as const;
