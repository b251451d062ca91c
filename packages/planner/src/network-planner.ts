import { ConfigError, Random, terminalStrategy } from '@rsim/core';
import type {
  ContinualLearner,
  DecideOptions,
  Decision,
  Episode,
  NamedWeights,
  PlannerState,
  StrategySet,
} from '@rsim/core';
import { type BackendChoice, type BackendDevice, useBackend } from '@rsim/lm/backends';
import { policyFisher } from './fisher.js';
import type { ImitationBatch, ImitationReport } from './imitation-update.js';
import { learnerThread } from './learner-thread.js';
import { NetworkLearner } from './network-learner.js';
import { parameterCount, valuesOf } from './parameters.js';
import { readPlanner, writePlanner } from './planner-file.js';
import type { PolicyNetwork } from './policy-network.js';
import { runUpdate } from './run-update.js';
import type { UpdateBatch, UpdateKind, UpdateOutcome } from './run-update.js';
import { logSoftmax } from './softmax.js';
import type { TrainablePlanner, TrainingBatch, UpdateReport } from './trainable-planner.js';

/** What all planners with a network have as options. */
export interface NetworkPlannerOptions {
  /** Ids of strategies that are never chosen. */
  readonly forbidden: readonly string[];
  /** tfjs backend that learning runs on. */
  readonly backend: BackendChoice;
  /** Whether learning has a thread of its own. */
  readonly worker: boolean;
}

/** A leader whose scores come of a network: it decides, learns, and is kept, frozen and held as that network's weights are. */
export class NetworkPlanner implements TrainablePlanner, ContinualLearner {
  readonly #learner: NetworkLearner;

  /** @throws ConfigError when a strategy that is to be forbidden is none of the set, or ends episodes. */
  constructor(
    readonly name: string,
    private readonly strategySet: StrategySet,
    private readonly network: PolicyNetwork,
    private readonly options: NetworkPlannerOptions,
  ) {
    const forbidden = forbiddenActions(strategySet, options.forbidden);
    this.#learner = new NetworkLearner(network, strategySet, forbidden, options.backend);
  }

  get parameters(): number {
    return parameterCount(this.network.parameters);
  }

  get estimatesValue(): boolean {
    return this.network.value;
  }

  get weights(): NamedWeights {
    return valuesOf(this.network.parameters);
  }

  frozen(weights: NamedWeights): NetworkPlanner {
    const { name, strategySet, options } = this;
    const network = this.network.copy();
    for (const [array, { values }] of Object.entries(network.parameters)) values.set(weights[array]!);
    return new NetworkPlanner(name, strategySet, network, options);
  }

  fisher(episodes: readonly Episode[], seed: number): Promise<NamedWeights> {
    return policyFisher(this.#learner, episodes, seed);
  }

  async decide(states: readonly PlannerState[], { greedy, seeds }: DecideOptions): Promise<readonly Decision[]> {
    const { strategies } = this.strategySet;
    const all = await this.network.outputs(states);
    return all.map((outputs, index) => {
      for (const action of this.#learner.forbidden) outputs[action] = -Infinity;
      const value = outputs[strategies.length];
      const logProbabilities = logSoftmax(outputs, 0, strategies.length);
      const probabilities = [...logProbabilities].map(Math.exp);
      const action = greedy
        ? probabilities.indexOf(Math.max(...probabilities))
        : Random.of(seeds[index]!).weighted(probabilities);
      const { id } = strategies[action]!;
      const decision = { strategy: id, logProbability: logProbabilities[action]!, probabilities };
      return value === undefined ? decision : { ...decision, value };
    });
  }

  learnsOn(): Promise<BackendDevice> {
    const { backend, worker } = this.options;
    return worker ? learnerThread.start(backend) : useBackend(backend);
  }

  update(batch: TrainingBatch): Promise<UpdateReport> {
    return this.#learn('policy', batch);
  }

  freeze(): NetworkPlanner {
    return this.frozen(this.weights);
  }

  /** One step of imitation: cross-entropy on demonstrated choices. */
  imitate(batch: ImitationBatch): Promise<ImitationReport> {
    return this.#learn('imitation', batch);
  }

  async save(folder: string): Promise<void> {
    await writePlanner(folder, this.strategySet, this.#learner);
  }

  async load(folder: string): Promise<void> {
    await readPlanner(folder, this.strategySet, this.#learner);
    this.network.forget();
  }

  async #learn<Kind extends UpdateKind>(kind: Kind, batch: UpdateBatch<Kind>): Promise<UpdateOutcome<Kind>> {
    // A penalty is a function, which cannot go to another thread.
    const outcome =
      this.options.worker && !('penalty' in batch && batch.penalty !== undefined)
        ? await learnerThread.update(this.#learner, kind, batch)
        : await runUpdate(this.#learner, kind, batch);
    this.network.forget();
    return outcome;
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
