import type {
  ContinualLearner,
  ContinualMethod,
  ContinualState,
  ContinualUpdate,
  EpisodeGroup,
  NamedWeights,
} from '@rsim/core';
import { seedOf } from '@rsim/core';
import { z } from 'zod';
import { withoutTokens } from './group-reservoir.js';
import { prefixed, unprefixed } from './named-arrays.js';

export const ewcOptionsSchema = z.strictObject({
  weight: z.number().positive().default(1000).describe('λ: how stiffly weights that earlier tasks need are held.'),
  online: z
    .boolean()
    .default(false)
    .describe('Whether one quadratic around the latest weights stands for all earlier tasks, instead of one for each.'),
  decay: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('γ: what is left of the importance of earlier tasks when one is done; below 1 old tasks fade.'),
  groups: z.int().positive().default(32).describe('Last groups of a task that its Fisher information is measured on.'),
});

export type EwcOptions = z.output<typeof ewcOptionsSchema>;

interface EwcData {
  readonly tasks: number;
  readonly recent: readonly EpisodeGroup[];
}

/**
 * Elastic weight consolidation (Kirkpatrick et al. 2017, arXiv 1612.00796, equation 3): the penalty
 *
 *     λ/2 · Σ_k Σ_i F_k,i (θ_i − θ*_k,i)²
 *
 * with F_k the diagonal of the Fisher information and θ*_k the weights when task k was done. Its slope is λ(Aθ − B) with
 * A = Σ F_k and B = Σ F_k θ*_k, so that however many tasks need two numbers for each weight. The online variant
 * (Schwarz et al. 2018, arXiv 1805.06370, section 3.2) has A ← γA + F and B = Aθ*.
 */
export class Ewc implements ContinualMethod {
  readonly name = 'ewc';
  readonly #options: EwcOptions;
  readonly #seed: number;
  #importance: NamedWeights | null = null;
  /** B: the importance times the weights to be held. */
  #held: NamedWeights = {};
  #recent: EpisodeGroup[] = [];
  #tasks = 0;

  constructor(options: EwcOptions, seed: number) {
    this.#options = options;
    this.#seed = seed;
  }

  beforeUpdate(groups: readonly EpisodeGroup[]): Promise<ContinualUpdate> {
    this.#recent = [...this.#recent, ...groups.map(withoutTokens)].slice(-this.#options.groups);
    return Promise.resolve({});
  }

  penalise(weights: NamedWeights, gradient: NamedWeights): void {
    if (this.#importance === null) return;
    for (const [name, importance] of Object.entries(this.#importance)) {
      const slopes = gradient[name]!;
      const values = weights[name]!;
      const held = this.#held[name]!;
      for (let place = 0; place < importance.length; place += 1) {
        slopes[place]! += this.#options.weight * (importance[place]! * values[place]! - held[place]!);
      }
    }
  }

  async afterTask(_task: string, learner: ContinualLearner): Promise<void> {
    const episodes = this.#recent.flat().flatMap(({ episode }) => (episode.error === null ? [episode] : []));
    const fisher = await learner.fisher(episodes, seedOf(this.#seed, 'task', this.#tasks));
    const { online, decay } = this.#options;
    const before = this.#importance;
    this.#importance = combined(fisher, (name, place) => fisher[name]![place]! + decay * (before?.[name]![place] ?? 0));
    const [importance, held] = [this.#importance, this.#held];
    this.#held = combined(fisher, (name, place) => {
      const weight = learner.weights[name]![place]!;
      return online
        ? importance[name]![place]! * weight
        : fisher[name]![place]! * weight + decay * (held[name]?.[place] ?? 0);
    });
    this.#tasks += 1;
    this.#recent = [];
  }

  state(): ContinualState {
    const data: EwcData = { tasks: this.#tasks, recent: this.#recent };
    const arrays = { ...prefixed('importance/', this.#importance ?? {}), ...prefixed('held/', this.#held) };
    return { data, arrays };
  }

  restore({ data, arrays }: ContinualState): void {
    const { tasks, recent } = data as EwcData;
    this.#tasks = tasks;
    this.#recent = [...recent];
    this.#importance = tasks === 0 ? null : unprefixed('importance/', arrays);
    this.#held = unprefixed('held/', arrays);
  }
}

function combined(like: NamedWeights, value: (name: string, place: number) => number): NamedWeights {
  return Object.fromEntries(
    Object.entries(like).map(([name, values]) => [name, values.map((_, place) => value(name, place))]),
  );
}
