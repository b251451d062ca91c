import type { FeatureExtractor } from './features.js';
import { questionSegments } from './segment.js';

/** What a leader saw of one episode and what it (or a demonstrator) chose, ready to learn from. */
export interface Trajectory {
  readonly question: string;
  readonly steps: readonly { readonly strategy: string; readonly text: string }[];
  /** Action index chosen after so many steps; `null` where nothing is to be learned. At most one more than steps. */
  readonly choices: readonly (number | null)[];
}

/**
 * Trajectories laid out for the network. Each different segment is encoded once, and each different question is read
 * once for its whole group. Time comes first: row `time * width + column`. Questions are padded in front, so that all
 * end together, and steps behind, so that choice k stands at time k for every trajectory. Padding is index −1.
 */
export interface TrajectoryBatch {
  /** Features of each different segment. */
  readonly segments: readonly Int32Array[];
  /** Different questions, and the sentences of the longest. */
  readonly questions: number;
  readonly questionLength: number;
  /** Segment of each sentence, [questionLength · questions]. */
  readonly questionSegments: Int32Array;
  /** Trajectories, and the choices of the longest. */
  readonly trajectories: number;
  readonly choiceLength: number;
  /** Question of each trajectory, [trajectories]. */
  readonly owners: Int32Array;
  /** Segment of each step that a choice follows, [(choiceLength − 1) · trajectories]. */
  readonly stepSegments: Int32Array;
  /** Action of each choice, [choiceLength · trajectories]. */
  readonly choices: Int32Array;
}

/** Lays out trajectories of which each has at least one choice. */
export function layOut(trajectories: readonly Trajectory[], extractor: FeatureExtractor): TrajectoryBatch {
  const segments = new SegmentIndex();
  const questions = [...new Set(trajectories.map(({ question }) => question))];
  const position = new Map(questions.map((question, index) => [question, index]));
  const sentences = questions.map((question) =>
    questionSegments(question).map((segment) => segments.indexOf(extractor.of(segment))),
  );
  const questionLength = Math.max(...sentences.map(({ length }) => length));
  const choiceLength = Math.max(...trajectories.map(({ choices }) => choices.length));
  const steps = trajectories.map((trajectory) =>
    trajectory.steps.slice(0, trajectory.choices.length - 1).map((step) => segments.indexOf(extractor.of(step))),
  );
  return {
    segments: segments.features,
    questions: questions.length,
    questionLength,
    questionSegments: timeMajor(sentences, questionLength, (row) => questionLength - row.length),
    trajectories: trajectories.length,
    choiceLength,
    owners: Int32Array.from(trajectories, ({ question }) => position.get(question)!),
    stepSegments: timeMajor(steps, choiceLength - 1, () => 0),
    choices: timeMajor(
      trajectories.map(({ choices }) => choices.map((choice) => choice ?? -1)),
      choiceLength,
      () => 0,
    ),
  };
}

/** Numbers the different segments; the extractor hands out one array per text, so identity tells them apart. */
class SegmentIndex {
  readonly features: Int32Array[] = [];
  readonly #positions = new Map<Int32Array, number>();

  indexOf(features: Int32Array): number {
    const known = this.#positions.get(features);
    if (known !== undefined) return known;
    this.#positions.set(features, this.features.length);
    return this.features.push(features) - 1;
  }
}

function timeMajor(
  rows: readonly (readonly number[])[],
  length: number,
  start: (row: readonly number[]) => number,
): Int32Array {
  const flat = new Int32Array(length * rows.length).fill(-1);
  for (const [column, row] of rows.entries()) {
    const offset = start(row);
    for (const [index, value] of row.entries()) flat[(offset + index) * rows.length + column] = value;
  }
  return flat;
}
