import type { Episode, Role, StrategySet } from '@rsim/core';
import type { CreditCounts } from './credit-episodes.js';
import type { FollowerUpdateReport } from './follower-update.js';
import type { UpdateReport, UpdateSettings } from './trainable-planner.js';

/** What one iteration of training did and saw: one line of the journal. All but `seconds` is the same on every run. */
export interface TrainingRecord {
  /** From 1. */
  readonly iteration: number;
  readonly iterations: number;
  /** Episodes of this iteration, and of the whole stage so far. */
  readonly episodes: number;
  readonly episodesSoFar: number;
  readonly errors: number;
  /** Mean verdict, all suites together and each; `null` where nothing was judged. */
  readonly accuracy: number | null;
  readonly accuracyBySuite: Readonly<Record<string, number | null>>;
  /** Mean of each leader rule before weighting; `null` where it scored nothing. */
  readonly rewards: Readonly<Record<string, number | null>>;
  /** The same for the follower's rules. */
  readonly followerRewards: Readonly<Record<string, number | null>>;
  /** Share of episodes that the leader ended. */
  readonly terminationRate: number;
  /** Mean steps and budget tokens of an episode. */
  readonly steps: number;
  readonly budgetTokens: number;
  /** Share of the leader's decisions by strategy id. */
  readonly strategyUse: Readonly<Record<string, number>>;
  /** The same of its first decisions, its second ones and so on; `null` at steps where it decided nothing. */
  readonly strategyUseByStep: readonly (Readonly<Record<string, number>> | null)[];
  /** Groups drawn in place of others that told nothing, those that told nothing either included. */
  readonly resampled: number;
  readonly budgetMultiple: number;
  readonly settings: UpdateSettings;
  /** `null` where the leader did not learn. */
  readonly update: (CreditCounts & UpdateReport) | null;
  /** `null` where the follower did not learn. */
  readonly followerUpdate: (CreditCounts & FollowerUpdateReport) | null;
  readonly seconds: {
    readonly episodes: number;
    /** Of each role's update; they may run at once. */
    readonly update: number;
    readonly followerUpdate: number;
    /** Of both together. */
    readonly learning: number;
  };
}

/** The part of a record that the episodes tell. */
export function summariseEpisodes(episodes: readonly Episode[], strategySet: StrategySet) {
  const whole = episodes.filter(({ error }) => error === null);
  const suites = [...new Set(episodes.map(({ problem }) => problem.suite))];
  const scores = (of: readonly Episode[]) => of.map(({ verdict }) => verdict?.score ?? null);
  const decided = decisionsByStep(whole);
  return {
    episodes: episodes.length,
    errors: episodes.length - whole.length,
    accuracy: meanOf(scores(whole)),
    accuracyBySuite: Object.fromEntries(
      suites.map((suite) => [suite, meanOf(scores(whole.filter(({ problem }) => problem.suite === suite)))]),
    ),
    rewards: meanRewards(whole, 'leader'),
    followerRewards: meanRewards(whole, 'follower'),
    terminationRate: meanOf(whole.map(({ end }) => (end === 'termination' ? 1 : 0))) ?? 0,
    steps: meanOf(whole.map(({ steps }) => steps.length)) ?? 0,
    budgetTokens: meanOf(whole.map(({ budgetTokens }) => budgetTokens)) ?? 0,
    strategyUse:
      shares(decided.flat(), strategySet) ?? Object.fromEntries(strategySet.strategies.map(({ id }) => [id, 0])),
    strategyUseByStep: decided.map((step) => shares(step, strategySet)),
  };
}

function meanRewards(episodes: readonly Episode[], role: Role): Record<string, number | null> {
  const rules = [...new Set(episodes.flatMap(({ rewards }) => Object.keys(rewards[role])))];
  return Object.fromEntries(
    rules.map((rule) => [rule, meanOf(episodes.map(({ rewards }) => rewards[role][rule] ?? null))]),
  );
}

/** Strategies that the leader chose, by step. */
function decisionsByStep(episodes: readonly Episode[]): string[][] {
  const longest = episodes.reduce((most, { steps }) => Math.max(most, steps.length), 0);
  return Array.from({ length: longest }, (_, step) =>
    episodes.flatMap(({ steps }) => steps[step]?.decision?.strategy ?? []),
  );
}

/** Share of each strategy; `null` when none was chosen. */
function shares(chosen: readonly string[], { strategies }: StrategySet): Record<string, number> | null {
  if (chosen.length === 0) return null;
  return Object.fromEntries(
    strategies.map(({ id }) => [id, chosen.filter((strategy) => strategy === id).length / chosen.length]),
  );
}

/** Mean of what was scored; `null` when nothing was. */
function meanOf(values: readonly (number | null)[]): number | null {
  const scored = values.filter((value) => value !== null);
  return scored.length === 0 ? null : scored.reduce((sum, value) => sum + value, 0) / scored.length;
}
