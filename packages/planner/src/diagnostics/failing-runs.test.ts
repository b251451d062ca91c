import { defaultStrategies } from '@rsim/core';
import type { Episode } from '@rsim/core';
import { describe, expect, it } from 'vitest';
import { gae } from '../advantages/gae.js';
import { drGrpo } from '../advantages/dr-grpo.js';
import { GruPlanner } from '../gru-planner.js';
import { LearningToyFollower } from '../testing/learning-toy-follower.js';
import { toyPlanner, trainToy } from '../testing/toy-training.js';
import { ToyFollower } from '../testing/toy-world.js';
import type { TrainPlannerOptions } from '../train-planner.js';
import type { TrainingInput } from '../training-settings.js';
import { beginningTroubles, diagnosedRecords } from './diagnose.js';

const small = { buckets: 32, embedding: 4, hidden: 6 };

/** What is said in a real, small run, in order. */
async function saidOf(
  settings: TrainingInput,
  score?: (episode: Episode) => number,
  options: Partial<TrainPlannerOptions> = {},
): Promise<string[]> {
  const { records } = await trainToy({
    planner: toyPlanner(small),
    settings: { problemsPerIteration: 3, group: 8, epochs: 1, minibatches: 1, ...settings },
    ...(score && { leaderTerms: (episode) => [{ name: 'score', score: score(episode), weight: 1 }] }),
    ...options,
  });
  return records.flatMap((_, index) =>
    beginningTroubles(records.slice(Math.max(0, index + 1 - diagnosedRecords), index + 1), 'training').map(
      ({ code }) => code,
    ),
  );
}

const ended = ({ end }: Episode): number => (end === 'termination' ? 1 : 0);
const uses = ({ steps }: Episode, strategy: string): number =>
  steps.filter(({ decision }) => decision?.strategy === strategy).length;

/** How many of the first three strategies are those of one fixed plan. */
const followsPlan = ({ steps }: Episode): number =>
  ['continuation', 'validation', 'termination'].filter(
    (strategy, place) => steps[place]?.decision?.strategy === strategy,
  ).length;

describe('a run', () => {
  it('that goes well gives no warning', async () => {
    expect(await saidOf({ iterations: 12 })).toEqual([]);
  });

  it.each<[string, string, TrainingInput, ((episode: Episode) => number)?, Partial<TrainPlannerOptions>?]>([
    [
      'ends at once, without entropy at a high learning rate',
      'early-termination',
      { iterations: 12, entropy: 0, learningRate: 0.1 },
    ],
    [
      'does but what it is paid for',
      'collapse',
      { iterations: 12, entropy: 0, learningRate: 0.05 },
      (episode) => uses(episode, 'summarization'),
    ],
    [
      'is paid for ending',
      'early-termination',
      { iterations: 12, entropy: 0, learningRate: 0.1 },
      (episode) => ended(episode) - 0.3 * episode.steps.length,
    ],
    ['is paid alike for everything', 'no-variance', { iterations: 6 }, () => 1],
    ['is paid what is no number', 'not-finite', { iterations: 2 }, ({ steps }) => (steps.length === 2 ? NaN : 1)],
    ['overflows at once', 'not-finite', { iterations: 6, learningRate: 1e40 }],
    [
      'has a reward that beside a plan pays by lot',
      'lost-entropy',
      { iterations: 16, entropy: 0, learningRate: 0.1, epochs: 2 },
      (episode) => followsPlan(episode) + 0.1 * (episode.sample % 2),
    ],
    [
      'is fined for ending',
      'never-ends',
      { iterations: 20, entropy: 0.1, learningRate: 0.05 },
      (episode) => new Set(episode.steps.map(({ strategy }) => strategy)).size - 3 * ended(episode),
    ],
    [
      'meets one problem that pays 300 times as much',
      'exploding-gradient',
      { iterations: 12 },
      ({ problem, verdict }) => (problem.key.startsWith('4') ? 300 : 1) * (verdict?.score ?? 0),
      { estimator: drGrpo },
    ],
    [
      'judges by values that it does not learn',
      'useless-value',
      { iterations: 12, valueWeight: 0 },
      undefined,
      {
        planner: toyPlanner({ ...small, value: true }),
        estimator: gae({ gamma: 1, lambda: 0.95, normalise: true }),
      },
    ],
    [
      'has a follower that does not answer most questions',
      'failed-episodes',
      { iterations: 2 },
      undefined,
      {
        follower: new (class extends ToyFollower {
          #asked = 0;
          override open = (question: string) =>
            this.#asked++ % 6 === 0 ? super.open(question) : Promise.reject(new Error('no answer'));
        })(),
      },
    ],
    ['learns far too fast', 'large-updates', { iterations: 5, entropy: 0.3, learningRate: 0.2, epochs: 10, clip: 5 }],
  ])('that %s gives the warning %s, and no other', async (_, code, settings, score, options) => {
    expect(await saidOf(settings, score, options)).toEqual([code]);
  });

  it('whose follower is paid by lot and learns far too fast gives the warning certain-follower, and no other', async () => {
    const follower = new LearningToyFollower();
    const exact = ({ steps }: Episode) =>
      steps.filter(({ text }) => text.startsWith('it is') && !text.includes('about')).length;
    const terms = (episode: Episode) => [
      { name: 'exact', score: exact(episode) + 0.1 * (episode.sample % 2), weight: 1 },
    ];
    const settings = { iterations: 8, mode: 'follower', temperature: 1 } as const;
    const followerRole = { follower, terms, settings: { learningRate: 30, klWeight: 0 } };
    expect(await saidOf(settings, undefined, { follower, followerRole })).toEqual(['certain-follower']);
  });

  it('that is paid for something else each time, and learns it far too fast, gives the warning exploding-ratio, and no other', async () => {
    // Among few strategies each was likely enough before: among n that are alike a ratio is n at most.
    const planner = new GruPlanner(defaultStrategies, 7, { ...small, backend: 'cpu', worker: false });
    const wanted = defaultStrategies.strategies.filter(({ terminal }) => terminal !== true).map(({ id }) => id);
    const settings = { problemsPerIteration: 6, group: 8, epochs: 20, clip: 50, learningRate: 0.03, entropy: 0.3 };
    const seen = new Set<Episode>();
    const score = (episode: Episode): number => {
      seen.add(episode);
      const iteration = Math.floor((seen.size - 1) / (settings.problemsPerIteration * settings.group));
      return uses(episode, wanted[iteration % wanted.length]!);
    };
    const schedule = { iterations: 5, finalLearningRate: 0.5, finalEntropy: 3 / 7 };
    const said = await saidOf({ ...settings, ...schedule }, score, { planner, strategySet: defaultStrategies });
    expect(said).toEqual(['exploding-ratio']);
  });
});
