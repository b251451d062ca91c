import type { PlannerState } from '@rsim/core';
import { FeatureExtractor } from './features.js';
import { GruCell } from './gru-cell.js';
import { zeroParameters } from './gru-parameters.js';
import type { GruParameters, GruShape } from './gru-parameters.js';
import { copyParameters } from './parameters.js';
import type { OutputLoss, PolicyNetwork } from './policy-network.js';
import { questionSegments } from './segment.js';
import type { Trajectory } from './trajectory.js';
import { layOut } from './trajectory-batch.js';
import type { TrajectoryBatch } from './trajectory-batch.js';

/** Questions remembered between updates; a group's rollouts, and an evaluation's, share theirs. */
const rememberedQuestions = 20_000;

/** How far one episode has been read. */
interface ReadState {
  readonly stepsRead: number;
  readonly hidden: Float64Array;
}

/**
 * Hashed n-grams of each sentence and step, a gated recurrent unit over them, and a score for every strategy. It reads text
 * alone. Deciding is incremental and in plain arrays: each decision costs one segment, whatever came before.
 */
export class GruNetwork implements PolicyNetwork {
  readonly origin: PolicyNetwork['origin'];
  readonly #extractor: FeatureExtractor;
  readonly #cell: GruCell;
  #questions = new Map<string, Float64Array>();
  #states = new WeakMap<PlannerState, ReadState>();

  constructor(
    private readonly shape: GruShape,
    readonly parameters: GruParameters,
  ) {
    this.origin = { kind: 'gru', shape };
    this.#extractor = new FeatureExtractor(shape.buckets);
    this.#cell = new GruCell(parameters);
  }

  get facts(): GruShape {
    return this.shape;
  }

  get actions(): number {
    return this.shape.actions;
  }

  get value(): boolean {
    return this.shape.value;
  }

  outputs(states: readonly PlannerState[]): Promise<Float64Array[]> {
    return Promise.resolve(states.map((state) => this.#outputs(state)));
  }

  forget(): void {
    this.#questions = new Map();
    this.#states = new WeakMap();
  }

  layOut(trajectories: readonly Trajectory[]): TrajectoryBatch {
    return layOut(trajectories, this.#extractor);
  }

  async gradient(batch: TrajectoryBatch, loss: OutputLoss): Promise<GruParameters> {
    // Loaded here, not above: deciding needs no tensor library, and it takes a while to load.
    const { lossGradient } = await import('./tensor-network.js');
    return lossGradient(this.shape, this.parameters, batch, loss);
  }

  copy(): GruNetwork {
    const parameters = zeroParameters(this.shape);
    copyParameters(this.parameters, parameters);
    return new GruNetwork(this.shape, parameters);
  }

  #outputs(state: PlannerState): Float64Array {
    let { hidden, stepsRead } = this.#states.get(state) ?? { hidden: this.#asked(state.question), stepsRead: 0 };
    for (; stepsRead < state.steps.length; stepsRead += 1) {
      hidden = this.#cell.read(hidden, this.#extractor.of(state.steps[stepsRead]!));
    }
    this.#states.set(state, { hidden, stepsRead });
    return this.#cell.outputs(hidden);
  }

  /** The state after the question. */
  #asked(question: string): Float64Array {
    const known = this.#questions.get(question);
    if (known !== undefined) return known;
    let hidden = this.#cell.start();
    for (const segment of questionSegments(question)) hidden = this.#cell.read(hidden, this.#extractor.of(segment));
    if (this.#questions.size >= rememberedQuestions) this.#questions.clear();
    this.#questions.set(question, hidden);
    return hidden;
  }
}
