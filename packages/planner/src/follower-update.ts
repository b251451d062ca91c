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
 * learned. Probabilities are those the tokens were sampled with, at the episodes' temperature.
 */
export async function updateFollower(
  follower: TrainableFollower,
  { groups, settings, reference }: FollowerTrainingBatch,
): Promise<FollowerUpdateReport> {
  const sequences: FollowerSequence[][] = [];
  for (const group of groups) {
    const learned = group.flatMap(({ episode, advantages }) => (advantages === null ? [] : [{ episode, advantages }]));
    if (learned.length > 0) sequences.push(await sequencesOf(learned, follower, settings, reference));
  }
  const updates: FollowerUpdate[] = [];
  const skipped: string[] = [];
  for (let epoch = 0; epoch < settings.epochs; epoch += 1) {
    for (const part of chunks(sequences, settings.minibatches)) {
      const { epochs: _, minibatches: __, ...how } = settings;
      const batch = { sequences: part.flat(), ...how };
      if (batch.sequences.length === 0) continue;
      try {
        updates.push(await follower.update(batch));
      } catch (thrown) {
        if (!(thrown instanceof FollowerError) || thrown.code !== 'update-not-finite') throw thrown;
        skipped.push(thrown.message);
      }
    }
  }
  const tokens = sequences.flat().reduce((sum, { oldLogProbabilities }) => sum + writtenIn(oldLogProbabilities), 0);
  return { policy: summaryOf(updates), tokens, skipped };
}

interface LearnedEpisode {
  readonly episode: Episode;
  /** Of each step. */
  readonly advantages: readonly number[];
}

async function sequencesOf(
  group: readonly LearnedEpisode[],
  follower: TrainableFollower,
  { temperature, klWeight }: FollowerUpdateSettings,
  reference: TokenScorer | null,
): Promise<FollowerSequence[]> {
  const transcripts = group.map(({ episode }) => follower.transcript(episode));
  const texts = transcripts.map(({ tokens }) => tokens);
  // Recorded are the model's own probabilities, at temperature 1.
  const old = temperature === 1 ? null : await scored(follower, texts, temperature);
  const referred = klWeight === 0 || reference === null ? null : await scored(reference, texts, temperature);
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
