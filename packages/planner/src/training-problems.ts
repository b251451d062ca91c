import { ConfigError, drawLevels, seedOf, take, type Curriculum, type Problem, type TaskSuite } from '@rsim/core';

export interface TrainingDraw {
  readonly seed: number;
  readonly stage: string;
  /** From 0. */
  readonly iteration: number;
  /** Of the whole stage. */
  readonly iterations: number;
  /** How many problems this iteration wants. */
  readonly problems: number;
  /** The most that any iteration wants, so that the iterations of an epoch do not overlap. */
  readonly mostProblems: number;
  /** All of the suite's by default. */
  readonly levels?: readonly number[];
  /** Which levels are drawn as training goes on; all alike by default. */
  readonly curriculum?: Curriculum;
}

/**
 * The training problems of one iteration. Endless suites are drawn from a fresh stream each time. Finite ones are gone
 * through epoch by epoch, reshuffled for each; what is left at the end of an epoch and does not fill an iteration is
 * left to later ones. Under a curriculum, a finite suite too is drawn from afresh each time.
 *
 * @throws ConfigError when there are fewer problems than the iteration wants.
 */
export function trainingProblems(suite: TaskSuite, draw: TrainingDraw): Problem[] {
  const { seed, stage, iteration, iterations, problems: wanted, mostProblems, levels = suite.levels } = draw;
  const there = suite.count?.({ split: 'train', levels });
  if (draw.curriculum === undefined && there !== undefined && there >= mostProblems) {
    const iterationsPerEpoch = Math.floor(there / mostProblems);
    const epoch = Math.floor(iteration / iterationsPerEpoch);
    const from = (iteration % iterationsPerEpoch) * mostProblems;
    const query = { split: 'train', seed: seedOf(seed, stage, 'epoch', suite.name, epoch), levels } as const;
    return take(suite.problems(query), from + wanted).slice(from);
  }
  const streamSeed = seedOf(seed, stage, 'problems', suite.name, iteration);
  const from = (drawn: readonly number[], count: number): Problem[] =>
    take(suite.problems({ split: 'train', seed: streamSeed, levels: drawn }), count);
  const asked = { levels, progress: iteration / iterations, count: wanted };
  const problems =
    draw.curriculum === undefined
      ? // Suites take levels in turn, so a short draw would always meet the first ones: the turn moves on, too.
        from(rotate(levels, iteration * wanted), wanted)
      : levelByLevel(drawLevels(draw.curriculum, asked, streamSeed, 'levels'), from);
  if (problems.length < wanted) {
    throw new ConfigError(`suite "${suite.name}" has ${problems.length} training problems, ${wanted} are asked for`, {
      remedy: 'Ask for fewer problems per iteration, or for more levels; a data set needs rows of the training split.',
    });
  }
  return problems;
}

/** One problem of each of `wanted`, in that order; fewer where a level has fewer. */
function levelByLevel(
  wanted: readonly number[],
  from: (levels: readonly number[], count: number) => readonly Problem[],
): Problem[] {
  const drawn = new Map(
    [...new Set(wanted)].map((level) => [level, [...from([level], wanted.filter((each) => each === level).length)]]),
  );
  return wanted.flatMap((level) => drawn.get(level)?.shift() ?? []);
}

function rotate<T>(items: readonly T[], by: number): T[] {
  const first = by % Math.max(1, items.length);
  return [...items.slice(first), ...items.slice(0, first)];
}
