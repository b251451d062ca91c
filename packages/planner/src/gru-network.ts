import type { PlannerState } from '@rsim/core';
import { GruCell } from './gru-cell.js';
import { zeroParameters } from './gru-parameters.js';
import type { GruParameters, GruShape } from './gru-parameters.js';
import { HashedSegments } from './hashed-segments.js';
import { copyParameters } from './parameters.js';
import type { NetworkFacts, NetworkOrigin, OutputLoss, PolicyNetwork } from './policy-network.js';
import { questionSegments } from './segment.js';
import type { Segment } from './segment.js';
import type { SegmentReader, SegmentSource, TextVectors } from './segment-source.js';
import type { Trajectory } from './trajectory.js';
import { layOut, segmentsOf } from './trajectory-batch.js';
import type { TrajectoryBatch } from './trajectory-batch.js';

/** Questions remembered between updates; a group's rollouts, and an evaluation's, share theirs. */
const rememberedQuestions = 20_000;

/** How far one episode has been read; without a state not even the question. */
interface ReadState {
  readonly stepsRead: number;
  readonly hidden: Float64Array | null;
}

/** What was read with the weights of one moment. */
class Memory {
  readonly questions = new Map<string, Float64Array>();
  readonly states = new WeakMap<PlannerState, ReadState>();

  of(state: PlannerState): ReadState {
    return this.states.get(state) ?? { hidden: this.questions.get(state.question) ?? null, stepsRead: 0 };
  }
}

/**
 * Features of each sentence and step, hashed n-grams by default, a gated recurrent unit over them, and a score for every
 * strategy. It reads text alone. Deciding is incremental and in plain arrays: each decision costs one segment, whatever came before.
 */
export class GruNetwork implements PolicyNetwork {
  readonly #cell: GruCell;
  #memory = new Memory();

  constructor(
    private readonly shape: GruShape,
    readonly parameters: GruParameters,
    private readonly source: SegmentSource = new HashedSegments(shape.buckets),
  ) {
    this.#cell = new GruCell(parameters);
  }

  get origin(): NetworkOrigin {
    return this.source.origin(this.shape);
  }

  get facts(): NetworkFacts {
    return { ...this.shape, ...this.source.facts };
  }

  get actions(): number {
    return this.shape.actions;
  }

  get value(): boolean {
    return this.shape.value;
  }

  async outputs(states: readonly PlannerState[]): Promise<Float64Array[]> {
    // Held on to, for it may be forgotten while the segments are read.
    const memory = this.#memory;
    const begun = states.map((state) => ({ state, ...memory.of(state) }));
    const reader = await this.source.reader(
      begun.flatMap(({ state, hidden, stepsRead }) => [
        ...(hidden === null ? questionSegments(state.question) : []),
        ...state.steps.slice(stepsRead),
      ]),
    );
    return begun.map(({ state, hidden, stepsRead }) => {
      const asked = hidden ?? this.#asked(state.question, reader, memory);
      const read = this.#read(asked, state.steps.slice(stepsRead), reader);
      memory.states.set(state, { hidden: read, stepsRead: state.steps.length });
      return this.#cell.outputs(read);
    });
  }

  forget(): void {
    this.#memory = new Memory();
  }

  async layOut(trajectories: readonly Trajectory[]): Promise<TrajectoryBatch> {
    return layOut(trajectories, await this.source.reader(segmentsOf(trajectories)));
  }

  async vectors(trajectories: readonly Trajectory[]): Promise<TextVectors | undefined> {
    return this.source.vectors?.(segmentsOf(trajectories));
  }

  async gradient(batch: TrajectoryBatch, loss: OutputLoss): Promise<GruParameters> {
    // Loaded here, not above: deciding needs no tensor library, and it takes a while to load.
    const { lossGradient } = await import('./tensor-network.js');
    return lossGradient(this.shape, this.parameters, batch, loss);
  }

  copy(): GruNetwork {
    const parameters = zeroParameters(this.shape);
    copyParameters(this.parameters, parameters);
    return new GruNetwork(this.shape, parameters, this.source);
  }

  /** The state after the question. */
  #asked(question: string, reader: SegmentReader, { questions }: Memory): Float64Array {
    const known = questions.get(question);
    if (known !== undefined) return known;
    const hidden = this.#read(this.#cell.start(), questionSegments(question), reader);
    if (questions.size >= rememberedQuestions) questions.clear();
    questions.set(question, hidden);
    return hidden;
  }

  #read(from: Float64Array, segments: readonly Segment[], reader: SegmentReader): Float64Array {
    return segments.reduce((hidden, segment) => this.#cell.read(hidden, reader.of(segment)), from);
  }
}
