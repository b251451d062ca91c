import { defaultStrategies } from '@rsim/core';
import type { Episode } from '@rsim/core';
import { describe, expect, it } from 'vitest';
import { GruPlanner } from '../gru-planner.js';
import { toyPlanner, trainToy } from '../testing/toy-training.js';
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
    ...options,
    settings: { problemsPerIteration: 3, group: 8, epochs: 1, minibatches: 1, ...settings },
    ...(score && { leaderTerms: (episode) => [{ name: 'score', score: score(episode), weight: 1 }] }),
  });
  return records.flatMap((_, index) =>
    beginningTroubles(records.slice(Math.max(0, index + 1 - diagnosedRecords), index + 1)).map(({ code }) => code),
  );
}

const ended = ({ end }: Episode): number => (end === 'termination' ? 1 : 0);
const uses = ({ steps }: Episode, strategy: string): number =>
  steps.filter(({ decision }) => decision?.strategy === strategy).length;

describe('a run', () => {
  it('that goes well gives no warning', async () => {
    expect(await saidOf({ iterations: 12 })).toEqual([]);
  });

  it.each<[string, string, TrainingInput, ((episode: Episode) => number)?]>([
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
    ['learns far too fast', 'large-updates', { iterations: 5, entropy: 0.3, learningRate: 0.2, epochs: 10, clip: 5 }],
  ])('that %s gives the warning %s, and no other', async (_, code, settings, score) => {
    expect(await saidOf(settings, score)).toEqual([code]);
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
