import { defaultStrategies, refuseFailures, runEpisodes, take, type TaskSuite } from '@rsim/core';
import { openEmbeddedFollower } from '@rsim/follower-adapters';
import { Progress } from './progress.js';

const problemsPerSuite = 200;
const temperature = 0.7;
const seed = 7;

/**
 * Share of validation problems of each suite that a model in a folder solves unguided.
 *
 * @throws EpisodesError when all episodes of a suite failed.
 */
export async function accuracyAlone(
  folder: string,
  suites: readonly TaskSuite[],
  signal: AbortSignal,
): Promise<Readonly<Record<string, number>>> {
  await using follower = await openEmbeddedFollower(folder);
  const progress = new Progress({
    label: 'measuring it alone',
    total: suites.length * problemsPerSuite,
    unit: 'problems',
  });
  const accuracies: Record<string, number> = {};
  let done = 0;
  for (const suite of suites) {
    const problems = take(suite.problems({ split: 'validation', seed }), problemsPerSuite);
    const episodes = await runEpisodes({
      ...{ problems: problems.map((problem) => ({ problem, suite })), samples: 1, follower, planner: null },
      ...{ strategySet: defaultStrategies, rewards: [], temperature, greedy: true, seed, signal },
      onEpisode: () => progress.update((done += 1)),
    });
    refuseFailures(
      episodes,
      `episodes of suite "${suite.name}"`,
      `The model in ${folder} is written, but its card has no accuracies: mend what failed, and measure it in a run.`,
    );
    const correct = episodes.filter(({ verdict }) => verdict?.status === 'correct').length;
    accuracies[suite.name] = correct / episodes.length;
  }
  progress.finish();
  return accuracies;
}
