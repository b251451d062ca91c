import { questionSegments } from './segment.js';
import type { Segment } from './segment.js';
import type { SegmentFeatures, SegmentReader } from './segment-source.js';
import { choiceLayout, timeMajor } from './trajectory.js';
import type { ChoiceLayout, Trajectory } from './trajectory.js';

/**
 * Trajectories laid out for the network. Each different segment is encoded once, and each different question is read
 * once for its whole group. Time comes first: row `time * width + column`. Questions are padded in front, so that all
 * end together, and steps behind, so that choice k stands at time k for every trajectory. Padding is index −1.
 */
export interface TrajectoryBatch extends ChoiceLayout {
  /** Features of each different segment. */
  readonly segments: readonly SegmentFeatures[];
  /** Different questions, and the sentences of the longest. */
  readonly questions: number;
  readonly questionLength: number;
  /** Segment of each sentence, [questionLength · questions]. */
  readonly questionSegments: Int32Array;
  /** Question of each trajectory, [trajectories]. */
  readonly owners: Int32Array;
  /** Segment of each step that a choice follows, [(choiceLength − 1) · trajectories]. */
  readonly stepSegments: Int32Array;
}

/** Lays out trajectories of which each has at least one choice. */
export function layOut(trajectories: readonly Trajectory[], reader: SegmentReader): TrajectoryBatch {
  const segments = new SegmentIndex();
  const questions = [...new Set(trajectories.map(({ question }) => question))];
  const position = new Map(questions.map((question, index) => [question, index]));
  const sentences = questions.map((question) =>
    questionSegments(question).map((segment) => segments.indexOf(reader.of(segment))),
  );
  const questionLength = Math.max(...sentences.map(({ length }) => length));
  const layout = choiceLayout(trajectories);
  const { choiceLength } = layout;
  const steps = trajectories.map((trajectory) =>
    stepsBefore(trajectory).map((step) => segments.indexOf(reader.of(step))),
  );
  return {
    segments: segments.features,
    questions: questions.length,
    questionLength,
    questionSegments: timeMajor(sentences, questionLength, (row) => questionLength - row.length),
    ...layout,
    owners: Int32Array.from(trajectories, ({ question }) => position.get(question)!),
    stepSegments: timeMajor(steps, choiceLength - 1),
  };
}

/** All that is read in these trajectories, repeats included. */
export function segmentsOf(trajectories: readonly Trajectory[]): Segment[] {
  const questions = new Set(trajectories.map(({ question }) => question));
  return [...[...questions].flatMap(questionSegments), ...trajectories.flatMap(stepsBefore)];
}

/** The steps that some choice follows. */
function stepsBefore({ steps, choices }: Trajectory): readonly Segment[] {
  return steps.slice(0, choices.length - 1);
}

/** Numbers the different segments; the reader hands out one array per segment, so identity tells them apart. */
class SegmentIndex {
  readonly features: SegmentFeatures[] = [];
  readonly #positions = new Map<SegmentFeatures, number>();

  indexOf(features: SegmentFeatures): number {
    const known = this.#positions.get(features);
    if (known !== undefined) return known;
    this.#positions.set(features, this.features.length);
    return this.features.push(features) - 1;
  }
}
