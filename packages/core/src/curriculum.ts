import { ConfigError } from './errors.js';
import { Random, type StreamPart } from './random.js';

/** Which levels training draws problems from as it goes on. */
export interface Curriculum {
  /** Levels at the start, each as often as the next. */
  readonly from: readonly number[];
  /** Levels at the end. */
  readonly to: readonly number[];
  /** Share of the training, above 0 and up to 1, over which the one passes into the other. */
  readonly over: number;
}

/**
 * How often each level is drawn when `progress` (0 to 1) of the training is done, in the order of `levels`; they add up to
 * 1. In between, the shares are linear in the progress.
 */
export function levelWeights({ from, to, over }: Curriculum, levels: readonly number[], progress: number): number[] {
  const moved = Math.min(1, progress / over);
  const shareOf = (level: number, among: readonly number[]) => (among.includes(level) ? 1 / new Set(among).size : 0);
  return levels.map((level) => (1 - moved) * shareOf(level, from) + moved * shareOf(level, to));
}

/** The levels of the next `count` problems, drawn by their weights from the stream that `seed` and `parts` name. */
export function drawLevels(
  curriculum: Curriculum,
  asked: { readonly levels: readonly number[]; readonly progress: number; readonly count: number },
  seed: number,
  ...parts: readonly StreamPart[]
): number[] {
  const { levels, progress, count } = asked;
  const weights = levelWeights(curriculum, levels, progress);
  const random = Random.of(seed, ...parts);
  return Array.from({ length: count }, () => levels[random.weighted(weights)]!);
}

/** @throws ConfigError when the curriculum names a level that is not among `levels`. */
export function checkCurriculum({ from, to }: Curriculum, levels: readonly number[], place: string): void {
  const unknown = [...from, ...to].find((level) => !levels.includes(level));
  if (unknown === undefined) return;
  throw new ConfigError(`${place}: the curriculum names level ${unknown}, which the suite lacks`, {
    remedy: `Choose among the levels ${levels.join(', ')}.`,
  });
}
