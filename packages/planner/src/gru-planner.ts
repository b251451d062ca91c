import { ConfigError, parseWith, Random, terminalStrategy } from '@rsim/core';
import type {
  ContinualLearner,
  DecideOptions,
  Decision,
  Episode,
  NamedWeights,
  PlannerState,
  StrategySet,
} from '@rsim/core';
import { FeatureExtractor } from './features.js';
import { policyFisher } from './fisher.js';
import { GruCell } from './gru-cell.js';
import type { ImitationBatch } from './imitation-update.js';
import type { ImitationStatistics } from './imitation-loss.js';
import { learnerThread } from './learner-thread.js';
import { NetworkLearner } from './network-learner.js';
import { initialParameters, parameterCount, valuesOf } from './parameters.js';
import { readPlanner, writePlanner } from './planner-file.js';
import { gruPlannerOptionsSchema } from './planner-options.js';
import type { GruPlannerInput } from './planner-options.js';
import { runUpdate } from './run-update.js';
import type { UpdateBatch, UpdateKind, UpdateOutcome } from './run-update.js';
import { questionSegments } from './segment.js';
import { logSoftmax } from './softmax.js';
import type { TrainablePlanner, TrainingBatch, UpdateReport } from './trainable-planner.js';

/** Questions remembered between updates; a group's rollouts, and an evaluation's, share theirs. */
const rememberedQuestions = 20_000;

/** How far one episode has been read. */
interface ReadState {
  readonly stepsRead: number;
  readonly hidden: Float64Array;
}

/**
 * The default leader: hashed n-grams of each sentence and step, a gated recurrent unit over them, and a score for every
 * strategy; about 150 000 weights. It reads text alone. Deciding is incremental and in plain arrays: each decision
 * costs one segment, whatever came before.
 */
export class GruPlanner implements TrainablePlanner, ContinualLearner {
  readonly name = 'gru';
  readonly #strategySet: StrategySet;
  readonly #learner: NetworkLearner;
  readonly #cell: GruCell;
  readonly #options: GruPlannerInput;
  readonly #inWorker: boolean;
  #questions = new Map<string, Float64Array>();
  #states = new WeakMap<PlannerState, ReadState>();

  /**
   * @param seed Names the random stream of the initial weights.
   * @throws ConfigError when an option is not valid for this strategy set.
   */
  constructor(strategySet: StrategySet, seed: number, options: GruPlannerInput = {}) {
    const parsed = parseWith(gruPlannerOptionsSchema, options, 'planner "gru"');
    const { buckets, embedding, hidden, value, forbidden, backend, worker } = parsed;
    const shape = { buckets, embedding, hidden, actions: strategySet.strategies.length, value };
    const parameters = initialParameters(shape, seed);
    const extractor = new FeatureExtractor(buckets);
    const actions = forbiddenActions(strategySet, forbidden);
    this.#strategySet = strategySet;
    this.#options = options;
    this.#learner = new NetworkLearner(shape, parameters, extractor, strategySet, actions, backend);
    this.#cell = new GruCell(parameters);
    this.#inWorker = worker;
  }

  get parameters(): number {
    return parameterCount(this.#learner.parameters);
  }

  get estimatesValue(): boolean {
    return this.#learner.shape.value;
  }

  get weights(): NamedWeights {
    return valuesOf(this.#learner.parameters);
  }

  frozen(weights: NamedWeights): GruPlanner {
    const copy = new GruPlanner(this.#strategySet, 0, this.#options);
    for (const [name, values] of Object.entries(copy.weights)) values.set(weights[name]!);
    return copy;
  }

  fisher(episodes: readonly Episode[], seed: number): Promise<NamedWeights> {
    return policyFisher(this.#learner, episodes, seed);
  }

  decide(states: readonly PlannerState[], { greedy, seeds }: DecideOptions): Promise<readonly Decision[]> {
    const decisions = states.map((state, index) => {
      const outputs = this.#outputs(state);
      const value = outputs[this.#strategySet.strategies.length];
      const logProbabilities = logSoftmax(outputs, 0, this.#strategySet.strategies.length);
      const probabilities = [...logProbabilities].map(Math.exp);
      const action = greedy
        ? probabilities.indexOf(Math.max(...probabilities))
        : Random.of(seeds[index]!).weighted(probabilities);
      const { id } = this.#strategySet.strategies[action]!;
      const decision = { strategy: id, logProbability: logProbabilities[action]!, probabilities };
      return value === undefined ? decision : { ...decision, value };
    });
    return Promise.resolve(decisions);
  }

  update(batch: TrainingBatch): Promise<UpdateReport> {
    return this.#learn('policy', batch);
  }

  freeze(): GruPlanner {
    return this.frozen(this.weights);
  }

  /** One step of imitation: cross-entropy on demonstrated choices. Returns what it found before the step. */
  imitate(batch: ImitationBatch): Promise<ImitationStatistics> {
    return this.#learn('imitation', batch);
  }

  async save(folder: string): Promise<void> {
    await writePlanner(folder, this.#strategySet, this.#learner);
  }

  async load(folder: string): Promise<void> {
    await readPlanner(folder, this.#strategySet, this.#learner);
    this.#forget();
  }

  async #learn<Kind extends UpdateKind>(kind: Kind, batch: UpdateBatch<Kind>): Promise<UpdateOutcome<Kind>> {
    // A penalty is a function, which cannot go to another thread.
    const outcome =
      this.#inWorker && !('penalty' in batch && batch.penalty !== undefined)
        ? await learnerThread.update(this.#learner, kind, batch)
        : await runUpdate(this.#learner, kind, batch);
    this.#forget();
    return outcome;
  }

  #outputs(state: PlannerState): Float64Array {
    let { hidden, stepsRead } = this.#states.get(state) ?? { hidden: this.#asked(state.question), stepsRead: 0 };
    for (; stepsRead < state.steps.length; stepsRead += 1) {
      hidden = this.#cell.read(hidden, this.#learner.extractor.of(state.steps[stepsRead]!));
    }
    this.#states.set(state, { hidden, stepsRead });
    const outputs = this.#cell.outputs(hidden);
    for (const action of this.#learner.forbidden) outputs[action] = -Infinity;
    return outputs;
  }

  /** The state after the question. */
  #asked(question: string): Float64Array {
    const known = this.#questions.get(question);
    if (known !== undefined) return known;
    let hidden = this.#cell.start();
    for (const segment of questionSegments(question)) {
      hidden = this.#cell.read(hidden, this.#learner.extractor.of(segment));
    }
    if (this.#questions.size >= rememberedQuestions) this.#questions.clear();
    this.#questions.set(question, hidden);
    return hidden;
  }

  /** What was read was read with the old weights. */
  #forget(): void {
    this.#questions = new Map();
    this.#states = new WeakMap();
  }
}

function forbiddenActions(strategySet: StrategySet, forbidden: readonly string[]): number[] {
  const terminal = terminalStrategy(strategySet);
  return forbidden.map((id) => {
    const action = strategySet.strategies.findIndex((strategy) => strategy.id === id);
    if (action >= 0 && id !== terminal.id) return action;
    const why = id === terminal.id ? 'an episode must be able to end' : `the set "${strategySet.name}" has none such`;
    throw new ConfigError(`strategy "${id}" cannot be forbidden: ${why}`, {
      remedy: `Choose among ${strategySet.strategies.map((strategy) => strategy.id).join(', ')}; not ${terminal.id}.`,
    });
  });
}
