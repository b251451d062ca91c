import type { Episode, EpisodeStep, Verdict } from '@rsim/core';

/** A step as the leader's choice of `strategy` makes it. */
export function sampleStep(strategy: string, text: string, more: Partial<EpisodeStep> = {}): EpisodeStep {
  const decision = { strategy, logProbability: 0, probabilities: [1] };
  return {
    ...{ decision, strategy, text, forced: false, finish: 'stop' },
    ...{ tokens: [], logProbabilities: [], budgetTokens: 0 },
    ...more,
  };
}

/** A led episode that was ended by the leader and is right, unless told otherwise. */
export function sampleEpisode(more: Partial<Episode> = {}): Episode {
  const steps = [sampleStep('continuation', 'a = 1'), sampleStep('termination', 'answer: 1', { finish: 'answer' })];
  const problem = { key: '0123456789abcdef', suite: 'sums', level: 1, question: '0 + 1?', answer: '1' };
  return {
    ...{ key: `${problem.key}/0`, problem, sample: 0, seed: 1, follower: 'fake', planner: 'fake', steps },
    ...{ end: 'termination', verdict: verdicts.correct, rewards: { leader: {}, follower: {} } },
    ...{ budgetTokens: 0, seconds: 0, error: null },
    ...more,
  };
}

export const verdicts = {
  correct: { status: 'correct', score: 1, extracted: '1' },
  wrong: { status: 'wrong', score: 0, extracted: '2' },
  partial: { status: 'wrong', score: 0.25, extracted: '2' },
  unparsed: { status: 'unparsed', score: 0, extracted: null },
  timeout: { status: 'timeout', score: null, extracted: null },
} as const satisfies Record<string, Verdict>;

/** What an episode that failed looks like. */
export const failed = {
  end: 'error',
  verdict: null,
  error: { code: 'follower-failed', message: 'it fell over' },
} as const satisfies Partial<Episode>;
