import type {
  ContinualMethod,
  ContinualState,
  ContinualUpdate,
  EpisodeGroup,
  Rehearsal,
  StrategySet,
} from '@rsim/core';
import { z } from 'zod';
import { GroupReservoir, oldGroups } from './group-reservoir.js';
import type { KeptGroup, ReservoirState } from './group-reservoir.js';
import { capacityOption, shareOption } from './options.js';

export const replayOptionsSchema = z.strictObject({
  share: shareOption,
  capacity: capacityOption,
  learn: z
    .enum(['clone', 'policy'])
    .default('clone')
    .describe(
      'What is learned from old episodes: `clone`, the choices of those that were right; `policy`, their advantages by the ' +
        'clipped objective, with the probabilities they were acted with.',
    ),
  weight: z.number().positive().default(1).describe('How much a cloned decision counts beside a new one.'),
});

export type ReplayOptions = z.output<typeof replayOptionsSchema>;

/**
 * Experience replay: a uniform sample of all groups is kept, and every update also learns from some of earlier tasks. By
 * default the choices of old episodes that were right are cloned, as in CLEAR (Rolnick et al. 2019, arXiv 1811.11682,
 * section 3) without its value function: the clipped objective learns little from a choice that became improbable, since
 * its slope is proportional to the ratio of probabilities.
 */
export class Replay implements ContinualMethod {
  readonly name = 'replay';
  readonly #options: ReplayOptions;
  readonly #reservoir: GroupReservoir;
  readonly #strategies: readonly string[];

  constructor(options: ReplayOptions, { strategies }: StrategySet, seed: number) {
    this.#options = options;
    this.#strategies = strategies.map(({ id }) => id);
    this.#reservoir = new GroupReservoir(options.capacity, seed);
  }

  async beforeUpdate(groups: readonly EpisodeGroup[], task: string): Promise<ContinualUpdate> {
    const { share, learn } = this.#options;
    const drawn = this.#reservoir.draw(oldGroups(groups.length, share), task);
    for (const group of groups) this.#reservoir.offer({ task, group });
    if (learn === 'policy') return { groups: drawn.map(({ group }) => group) };
    return { rehearsals: drawn.flatMap(({ group }) => this.#clones(group)) };
  }

  state(): ContinualState {
    return { data: this.#reservoir.state(), arrays: {} };
  }

  restore({ data }: ContinualState): void {
    this.#reservoir.restore(data as ReservoirState<KeptGroup>);
  }

  /** The choices of those that were right, each as certain. */
  #clones(group: EpisodeGroup): Rehearsal[] {
    return group
      .filter(({ episode }) => episode.error === null && episode.verdict?.status === 'correct')
      .map(({ episode }) => ({
        episode,
        weight: this.#options.weight,
        targets: episode.steps.map(({ decision }) => decision && this.#certain(decision.strategy)),
      }));
  }

  #certain(strategy: string): number[] {
    return this.#strategies.map((id) => (id === strategy ? 1 : 0));
  }
}
