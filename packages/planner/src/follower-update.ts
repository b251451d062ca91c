import {
  type Episode,
  FollowerError,
  type FollowerSequence,
  type FollowerUpdate,
  type TokenScorer,
  type TrainableFollower,
} from '@rsim/core';
import type { FollowerUpdateSettings } from './follower-training-settings.js';
import { chunks } from './chunks.js';
import type { CreditedEpisode } from './credit-episodes.js';

/** What one update of the follower did. */
export interface FollowerUpdateReport {
  /** Means over the gradient steps, extremes over all; `null` when there was nothing to learn from, and nothing changed. */
  readonly policy: Omit<FollowerUpdate, 'tokens'> | null;
  /** Written tokens that were learned from, each counted once. */
  readonly tokens: number;
  /** Why steps were left out, e.g. a gradient that is not finite; those change nothing. */
  readonly skipped: readonly string[];
}

/** All episodes of one iteration, grouped by problem, with what the follower can learn from them. */
export interface FollowerTrainingBatch {
  readonly groups: readonly (readonly CreditedEpisode[])[];
  readonly settings: FollowerUpdateSettings;
  /** What the KL term is measured from; needed when `settings.klWeight` is not 0. */
  readonly reference: TokenScorer | null;
}

/** Most tokens scored at once: it bounds memory. */
const mostTokensTogether = 4096;

/**
 * The follower's half of rSIM's objective: a surrogate of core's, by default the clipped one of each token, over what the follower wrote, an advantage for each step, given what the leader injected. The injected tokens are read, not
 * learned. Probabilities are those the tokens were sampled with, at the episodes' temperature. A gradient step waits for the
 * scores of its own groups only: where a frozen follower scores apart, those of the others are made meanwhile.
 */
export async function updateFollower(
  follower: TrainableFollower,
  { groups, settings, reference }: FollowerTrainingBatch,
): Promise<FollowerUpdateReport> {
  const learned = groups
    .map((group) => group.flatMap(({ episode, advantages }) => (advantages === null ? [] : [{ episode, advantages }])))
    .filter(({ length }) => length > 0);
  // Recorded are the model's own probabilities, at temperature 1.
  using acting = settings.temperature === 1 ? null : follower.freeze();
  const scorers = { acting, reference: settings.klWeight === 0 ? null : reference };
  const scoring = learned.map((group) => sequencesOf(group, follower, settings.temperature, scorers));
  const allScored = Promise.allSettled(scoring);
  try {
    const { updates, skipped } = await gradientSteps(follower, scoring, settings);
    const sequences = (await Promise.all(scoring)).flat();
    const tokens = sequences.reduce((sum, { oldLogProbabilities }) => sum + writtenIn(oldLogProbabilities), 0);
    return { policy: summaryOf(updates), tokens, skipped };
  } finally {
    // Whoever hears that it failed may end what is scored with.
    await allScored;
  }
}

async function gradientSteps(
  follower: TrainableFollower,
  scoring: readonly Promise<FollowerSequence[]>[],
  { epochs, minibatches, ...settings }: FollowerUpdateSettings,
): Promise<{ readonly updates: FollowerUpdate[]; readonly skipped: string[] }> {
  const updates: FollowerUpdate[] = [];
  const skipped: string[] = [];
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    for (const part of chunks(scoring, minibatches)) {
      const batch = { sequences: (await Promise.all(part)).flat(), ...settings };
      try {
        updates.push(await follower.update(batch));
      } catch (thrown) {
        if (!(thrown instanceof FollowerError) || thrown.code !== 'update-not-finite') throw thrown;
        skipped.push(thrown.message);
      }
    }
  }
  return { updates, skipped };
}

interface LearnedEpisode {
  readonly episode: Episode;
  /** Of each step. */
  readonly advantages: readonly number[];
}

/** Who says how likely the written tokens were; `null` where nobody is asked. */
interface Scorers {
  /** The follower as it was when it wrote them. */
  readonly acting: TokenScorer | null;
  readonly reference: TokenScorer | null;
}

async function sequencesOf(
  group: readonly LearnedEpisode[],
  follower: TrainableFollower,
  temperature: number,
  { acting, reference }: Scorers,
): Promise<FollowerSequence[]> {
  const transcripts = group.map(({ episode }) => follower.transcript(episode));
  const texts = transcripts.map(({ tokens }) => tokens);
  const [old, referred] = await Promise.all(
    [acting, reference].map((scorer) => (scorer === null ? null : scored(scorer, texts, temperature))),
  );
  return transcripts.map(({ tokens, logProbabilities }, index) => {
    const written = <T>(value: (place: number) => T, otherwise: T): T[] =>
      logProbabilities.map((recorded, place) => (recorded === null ? otherwise : value(place)));
    const { episode, advantages } = group[index]!;
    const perToken = episode.steps.flatMap(({ tokens: own }, step) => own.map(() => advantages[step]!));
    let next = 0;
    const oldOnes = old?.[index];
    const references = referred?.[index];
    return {
      tokens,
      advantages: written(() => perToken[next++]!, 0),
      oldLogProbabilities: oldOnes === undefined ? logProbabilities : written((place) => oldOnes[place]!, null),
      ...(references === undefined
        ? {}
        : { referenceLogProbabilities: written<number | null>((place) => references[place]!, null) }),
    };
  });
}

async function scored(
  scorer: TokenScorer,
  texts: readonly (readonly number[])[],
  temperature: number,
): Promise<number[][]> {
  const longest = Math.max(1, ...texts.map(({ length }) => length));
  const together = Math.max(1, Math.floor(mostTokensTogether / longest));
  const rows: number[][] = [];
  for (let from = 0; from < texts.length; from += together) {
    rows.push(...(await scorer.logProbabilities(texts.slice(from, from + together), temperature)));
  }
  return rows;
}

const writtenIn = (logProbabilities: readonly (number | null)[]): number =>
  logProbabilities.reduce<number>((count, value) => count + (value === null ? 0 : 1), 0);

function summaryOf(updates: readonly FollowerUpdate[]): FollowerUpdateReport['policy'] {
  if (updates.length === 0) return null;
  const total = updates.reduce((sum, { tokens }) => sum + tokens, 0);
  const mean = (of: (update: FollowerUpdate) => number) =>
    updates.reduce((sum, update) => sum + of(update) * update.tokens, 0) / Math.max(1, total);
  return {
    loss: mean(({ loss }) => loss),
    entropy: mean(({ entropy }) => entropy),
    clipFraction: mean(({ clipFraction }) => clipFraction),
    kl: updates.some(({ kl }) => kl === null) ? null : mean(({ kl }) => kl ?? 0),
    smallestRatio: Math.min(...updates.map(({ smallestRatio }) => smallestRatio)),
    largestRatio: Math.max(...updates.map(({ largestRatio }) => largestRatio)),
    gradientNorm: updates.reduce((sum, { gradientNorm }) => sum + gradientNorm, 0) / updates.length,
  };
}
