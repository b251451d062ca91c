import {
  ConfigError,
  drawLevels,
  levelWeights,
  seedOf,
  take,
  type Curriculum,
  type Problem,
  type TaskSuite,
} from '@rsim/core';

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
 * left to later ones. Under a curriculum, a finite suite too is drawn from afresh each time; what a level has too few
 * problems for comes of the other levels of that moment.
 *
 * @throws ConfigError when there are fewer problems than the iteration wants, or than any will want under the curriculum.
 */
export function trainingProblems(suite: TaskSuite, draw: TrainingDraw): Problem[] {
  const { seed, stage, iteration, iterations, problems: wanted, mostProblems, levels = suite.levels } = draw;
  const { curriculum } = draw;
  // Where it begins and ends there are the fewest levels: better said now than in the midst of training.
  if (curriculum !== undefined) for (const end of [curriculum.from, curriculum.to]) refuseFew(suite, end, mostProblems);
  const there = suite.count?.({ split: 'train', levels });
  if (curriculum === undefined && there !== undefined && there >= mostProblems) {
    const iterationsPerEpoch = Math.floor(there / mostProblems);
    const epoch = Math.floor(iteration / iterationsPerEpoch);
    const from = (iteration % iterationsPerEpoch) * mostProblems;
    const query = { split: 'train', seed: seedOf(seed, stage, 'epoch', suite.name, epoch), levels } as const;
    return take(suite.problems(query), from + wanted).slice(from);
  }
  const streamSeed = seedOf(seed, stage, 'problems', suite.name, iteration);
  const from: Draw = (drawn, count) => take(suite.problems({ split: 'train', seed: streamSeed, levels: drawn }), count);
  const asked = { levels, progress: iteration / iterations, count: wanted };
  const problems =
    curriculum === undefined
      ? // Suites take levels in turn, so a short draw would always meet the first ones: the turn moves on, too.
        from(rotate(levels, iteration * wanted), wanted)
      : levelByLevel(drawLevels(curriculum, asked, streamSeed, 'levels'), from);
  if (curriculum !== undefined && problems.length < wanted) {
    const weights = levelWeights(curriculum, levels, asked.progress);
    const met = new Set(problems.map(({ key }) => key));
    const others = from(
      levels.filter((_, place) => weights[place]! > 0),
      wanted,
    ).filter(({ key }) => !met.has(key));
    problems.push(...others.slice(0, wanted - problems.length));
  }
  if (problems.length < wanted) throw tooFew(suite, problems.length, wanted);
  return problems;
}

/** The first problems of some levels. */
type Draw = (levels: readonly number[], count: number) => Problem[];

/** One problem of each of `wanted`, in that order; fewer where a level has fewer. */
function levelByLevel(wanted: readonly number[], from: Draw): Problem[] {
  const drawn = new Map(
    [...new Set(wanted)].map((level) => [level, from([level], wanted.filter((each) => each === level).length)]),
  );
  return wanted.flatMap((level) => drawn.get(level)?.shift() ?? []);
}

function refuseFew(suite: TaskSuite, levels: readonly number[], wanted: number): void {
  const there = suite.count?.({ split: 'train', levels }) ?? Infinity;
  if (there < wanted) throw tooFew(suite, there, wanted, ` of level ${levels.join(', ')}`);
}

function tooFew({ name }: TaskSuite, there: number, wanted: number, which = ''): ConfigError {
  return new ConfigError(`suite "${name}" has ${there} training problems${which}, ${wanted} are asked for`, {
    remedy: 'Ask for fewer problems per iteration, or for more levels; a data set needs rows of the training split.',
  });
}

function rotate<T>(items: readonly T[], by: number): T[] {
  const first = by % Math.max(1, items.length);
  return [...items.slice(first), ...items.slice(0, first)];
}
