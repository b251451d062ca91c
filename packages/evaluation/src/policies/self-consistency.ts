import { Random, seedOf, type Episode, type Problem } from '@rsim/core';
import { at } from '../at.js';
import { outcomeOf, type Outcome } from '../outcome.js';
import { meanOf } from '../statistics/clustered-mean.js';
import { majority } from './majority.js';
import type { Policy, PolicySetting } from './policy.js';

/** Most votes per problem, so that a follower that writes next to nothing cannot vote for ever. */
const mostVotes = 65;

export interface SelfConsistencyOptions {
  /** This many votes for every problem, whatever they cost; by default, as many as the planner's tokens pay for. */
  readonly samples?: number;
  /** Name of the policy whose tokens are matched; `planner` by default. */
  readonly matching?: string;
  /** `self-consistency`, or `self-consistency-8` where `samples` is 8. */
  readonly name?: string;
}

/**
 * `self-consistency`: majority of unguided samples (Wang et al. 2022), at the planner's tokens.
 *
 * The account: B tokens per problem, the mean the planner used on the same suite, follower, seed and try, times the number
 * of problems. Every problem gets one sample, the very episode of the policy `alone`, even where that alone exceeds B.
 * What is left pays for further votes, two at a time because a second vote alone can decide nothing, spread evenly: in
 * a seeded random order of problems, nobody gets a fifth vote before everybody has a third. Pairs are bought while the
 * account covers the mean price of a pair so far, so the mean tokens per problem meet B to within a few samples.
 */
export function selfConsistencyPolicy(options: SelfConsistencyOptions = {}): Policy {
  const { samples, matching = 'planner' } = options;
  const name = options.name ?? (samples === undefined ? 'self-consistency' : `self-consistency-${samples}`);
  return {
    name,
    trainedOn: null,
    after: samples === undefined ? [matching] : [],
    fingerprint: '',
    run: async (setting) => {
      const votes =
        samples === undefined
          ? await affordableVotes(setting, meanTokens(setting.before.get(matching) ?? []))
          : await equalVotes(setting, samples);
      return setting.problems.map((problem, index) => outcomeOfVotes(problem, at(votes, index)));
    },
  };
}

async function equalVotes(setting: PolicySetting, samples: number): Promise<Episode[][]> {
  const episodes = await setting.rollout({ planner: null, samples });
  return setting.problems.map((_, row) => episodes.slice(row * samples, (row + 1) * samples));
}

async function affordableVotes(setting: PolicySetting, budget: number): Promise<Episode[][]> {
  const votes = await equalVotes(setting, 1);
  const order = Random.of(setting.streams, 'self-consistency').shuffle([...setting.problems.keys()]);
  for (let position = 0, round = 1; ; round += 1) {
    const spent = votes.flat().map(({ budgetTokens }) => budgetTokens);
    const left = budget * votes.length - spent.reduce((sum, tokens) => sum + tokens, 0);
    const pairs = Math.min(Math.floor(left / (2 * meanOf(spent))), order.length - position);
    // NaN, where nothing costs anything, fails the comparison and ends the voting too.
    if (!(pairs >= 1) || at(votes, at(order, position)).length >= mostVotes) return votes;
    const rows = order.slice(position, position + pairs);
    const problems = rows.map((row) => at(setting.problems, row));
    const seed = seedOf(setting.streams, 'self-consistency', round);
    const episodes = await setting.rollout({ planner: null, samples: 2, problems, seed });
    rows.forEach((row, index) => at(votes, row).push(...episodes.slice(2 * index, 2 * index + 2)));
    position = (position + pairs) % order.length;
  }
}

function outcomeOfVotes(problem: Problem, votes: readonly Episode[]): Outcome {
  const tokens = votes.reduce((sum, { budgetTokens }) => sum + budgetTokens, 0);
  return { ...outcomeOf(problem, majority(votes)), tokens };
}

function meanTokens(outcomes: readonly Outcome[]): number {
  return meanOf(outcomes.map(({ tokens }) => tokens));
}
