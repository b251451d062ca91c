import type {
  ContinualLearner,
  ContinualMethod,
  ContinualState,
  ContinualUpdate,
  EpisodeGroup,
  NamedWeights,
  Planner,
  Rehearsal,
} from '@rsim/core';
import { z } from 'zod';
import { distributionsOf } from './distributions.js';
import { GroupReservoir, oldGroups } from './group-reservoir.js';
import type { KeptGroup, ReservoirState } from './group-reservoir.js';
import { copyOf } from './named-arrays.js';
import { capacityOption, shareOption } from './options.js';

export const klOptionsSchema = z.strictObject({
  on: z
    .enum(['new', 'old', 'both'])
    .default('old')
    .describe(
      'States on which the planner stays near to the previous one: `new`, those of the task under way (learning without ' +
        'forgetting); `old`, remembered ones of earlier tasks; or `both`.',
    ),
  weight: z.number().positive().default(1).describe('How much a decision that is held counts beside a new one.'),
  share: shareOption,
  capacity: capacityOption,
});

export type KlOptions = z.output<typeof klOptionsSchema>;

/** A group and what the planner said in it when its task was done; lacking while that is under way. */
interface HeldGroup extends KeptGroup {
  readonly targets?: readonly Rehearsal['targets'][];
}

/**
 * Divergence from the planner as it was when a task was done, KL(previous ‖ planner). On new states it is learning without
 * forgetting (Li and Hoiem 2016, arXiv 1606.09282); on remembered ones, dark experience replay with the answers of the
 * finished planner (Buzzega et al. 2020, arXiv 2004.07211, section 3).
 */
export class Kl implements ContinualMethod {
  readonly name = 'kl';
  readonly #options: KlOptions;
  readonly #reservoir: GroupReservoir<HeldGroup>;
  /** Weights of the previous planner, for new states. */
  #previous: NamedWeights | null = null;
  #frozen: Planner | null = null;

  constructor(options: KlOptions, seed: number) {
    this.#options = options;
    this.#reservoir = new GroupReservoir(options.capacity, seed);
  }

  async beforeUpdate(
    groups: readonly EpisodeGroup[],
    task: string,
    learner: ContinualLearner,
  ): Promise<ContinualUpdate> {
    const { on } = this.#options;
    return {
      rehearsals: [
        ...(on === 'old' ? [] : await this.#onNew(groups, learner)),
        ...(on === 'new' ? [] : this.#onOld(groups, task)),
      ],
    };
  }

  async afterTask(_task: string, learner: ContinualLearner): Promise<void> {
    if (this.#options.on !== 'old') {
      this.#previous = copyOf(learner.weights);
      this.#frozen = null;
    }
    const fresh = this.#reservoir.kept.filter(({ targets }) => targets === undefined);
    const said = await distributionsOf(
      learner,
      fresh.flatMap(({ group }) => group.map(({ episode }) => episode)),
    );
    let place = 0;
    this.#reservoir.update((kept) =>
      kept.map((held) => (held.targets ? held : { ...held, targets: held.group.map(() => said[place++]!) })),
    );
  }

  state(): ContinualState {
    return { data: this.#reservoir.state(), arrays: this.#previous ?? {} };
  }

  restore({ data, arrays }: ContinualState): void {
    this.#reservoir.restore(data as ReservoirState<HeldGroup>);
    this.#previous = Object.keys(arrays).length === 0 ? null : arrays;
    this.#frozen = null;
  }

  async #onNew(groups: readonly EpisodeGroup[], learner: ContinualLearner): Promise<Rehearsal[]> {
    if (this.#previous === null) return [];
    this.#frozen ??= learner.frozen(this.#previous);
    const episodes = groups.flat().flatMap(({ episode }) => (episode.error === null ? [episode] : []));
    const said = await distributionsOf(this.#frozen, episodes);
    return episodes.map((episode, index) => ({ episode, targets: said[index]!, weight: this.#options.weight }));
  }

  #onOld(groups: readonly EpisodeGroup[], task: string): Rehearsal[] {
    const { share, weight } = this.#options;
    const drawn = this.#reservoir.draw(oldGroups(groups.length, share), task);
    for (const group of groups) this.#reservoir.offer({ task, group });
    return drawn.flatMap(({ group, targets = [] }) =>
      group.map(({ episode }, member) => ({ episode, targets: targets[member] ?? [], weight })),
    );
  }
}
