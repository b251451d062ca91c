import {
  ProblemError,
  refuseFailures,
  runEpisodes,
  splitOfProblem,
  take,
  type Budget,
  type Episode,
  type Follower,
  type Problem,
  type StrategySet,
  type TaskSuite,
} from '@rsim/core';
import { fixedPlanner } from '../policies/fixed.js';
import type { Contestant } from './race.js';

/** Where a search stands; one report per round. */
export interface ScheduleSearchProgress {
  readonly suite: string;
  readonly stage: 'screening' | 'final' | 'overall';
  /** Schedules that are left, and problems each has met. */
  readonly schedules: number;
  readonly problems: number;
  /** Episodes so far, all suites and stages together. */
  readonly episodes: number;
  /** Best accuracy on the training problems of this round. */
  readonly best: number;
}

export interface TrainingGroundOptions {
  readonly strategySet: StrategySet;
  readonly temperature: number;
  readonly seed: number;
  /** Each suite's own by default; the same as in the evaluation. */
  readonly budget?: Budget;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ScheduleSearchProgress) => void;
}

/** Episodes that should go on at once, so that a batching follower has something to batch. */
const together = 64;

/** Where schedules meet training problems. */
export class TrainingGround {
  /** Episodes run so far. */
  episodes = 0;
  readonly #problems = new Map<string, Problem[]>();

  readonly #options: TrainingGroundOptions;

  constructor(options: TrainingGroundOptions) {
    this.#options = options;
  }

  /**
   * Lets schedules meet the training problems `from`, `from` + 1, … up to, not including, `to`.
   *
   * @throws EpisodesError when all episodes of all schedules failed: none of them would be better than another.
   */
  meet(suite: TaskSuite, follower: Follower, stage: ScheduleSearchProgress['stage']) {
    return async (contestants: readonly Contestant[], from: number, to: number): Promise<Contestant[]> => {
      const problems = this.#trainingProblems(suite, to).slice(from);
      // A finite suite may have run out.
      if (problems.length === 0) return [...contestants];
      const width = Math.max(1, Math.ceil(together / problems.length));
      const results: Contestant[] = [];
      const met: Pick<Episode, 'error'>[] = [];
      for (let start = 0; start < contestants.length; start += width) {
        const side = contestants.slice(start, start + width);
        const run = ({ schedule }: Contestant) => this.#run(schedule, suite, follower, problems);
        for (const [place, episodes] of (await Promise.all(side.map(run))).entries()) {
          results.push(after(side[place]!, episodes));
          met.push(...episodes.map(({ error }) => ({ error })));
        }
      }
      refuseFailures(
        met,
        `episodes of schedules on suite "${suite.name}" with follower "${follower.name}"`,
        'Mend what failed, then run the same command again.',
      );
      const best = Math.max(...results.map(({ correct, problems: played }) => correct / played));
      const { episodes } = this;
      this.#options.onProgress?.({ suite: suite.name, stage, schedules: results.length, problems: to, episodes, best });
      return results;
    };
  }

  async #run(
    schedule: Contestant['schedule'],
    suite: TaskSuite,
    follower: Follower,
    problems: readonly Problem[],
  ): Promise<Episode[]> {
    const { strategySet, temperature, seed, signal, budget } = this.#options;
    const episodes = await runEpisodes({
      problems: problems.map((problem) => ({ problem, suite })),
      samples: 1,
      follower,
      planner: fixedPlanner(schedule, strategySet),
      strategySet,
      rewards: [],
      budget,
      temperature,
      greedy: true,
      seed,
      signal,
    });
    this.episodes += episodes.length;
    return episodes;
  }

  #trainingProblems(suite: TaskSuite, count: number): Problem[] {
    const known = this.#problems.get(suite.name) ?? [];
    if (known.length >= count) return known.slice(0, count);
    const problems = take(suite.problems({ split: 'train', seed: this.#options.seed }), count);
    const foreign = problems.find((problem) => splitOfProblem(problem) !== 'train');
    if (foreign !== undefined || problems.length === 0) {
      const what = foreign ? `gave problem ${foreign.key} of split ${splitOfProblem(foreign)}` : 'gave no problem';
      throw new ProblemError(`suite "${suite.name}" ${what} when asked for training problems`, {
        remedy: 'Schedules are searched on training problems only: mend the suite.',
      });
    }
    this.#problems.set(suite.name, problems);
    return problems;
  }
}

/** The contestant with what it did in further episodes. */
function after({ schedule, problems, correct, tokens }: Contestant, episodes: readonly Episode[]): Contestant {
  return {
    schedule,
    problems: problems + episodes.length,
    correct: correct + episodes.filter(({ verdict }) => verdict?.status === 'correct').length,
    tokens: tokens + episodes.reduce((sum, { budgetTokens }) => sum + budgetTokens, 0),
  };
}
