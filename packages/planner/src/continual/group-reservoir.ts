import { Random } from '@rsim/core';
import type { Episode, EpisodeGroup } from '@rsim/core';

/** A group of the past, and the task it comes from. */
export interface KeptGroup {
  readonly task: string;
  readonly group: EpisodeGroup;
}

/** What a reservoir needs to go on as if it had never stopped; plain JSON data. */
export interface ReservoirState<Kept extends KeptGroup> {
  readonly seen: number;
  readonly draws: number;
  readonly kept: readonly Kept[];
}

/**
 * A uniform sample of all groups ever offered, of fixed size (reservoir sampling: Vitter 1985, algorithm R). Groups are
 * kept whole, without the follower's tokens, which no leader learns from.
 */
export class GroupReservoir<Kept extends KeptGroup = KeptGroup> {
  #seen = 0;
  #draws = 0;
  #kept: Kept[] = [];

  /** @param seed Names the random streams of what is kept and what is drawn. */
  constructor(
    readonly capacity: number,
    readonly seed: number,
  ) {}

  get kept(): readonly Kept[] {
    return this.#kept;
  }

  offer(kept: Kept): void {
    const place =
      this.#seen < this.capacity ? this.#seen : Random.of(this.seed, 'offer', this.#seen).integer(0, this.#seen);
    this.#seen += 1;
    if (place < this.capacity) this.#kept[place] = { ...kept, group: withoutTokens(kept.group) };
  }

  /** At most `count` groups of other tasks than `task`, all different. */
  draw(count: number, task: string): Kept[] {
    const earlier = this.#kept.filter((kept) => kept.task !== task);
    this.#draws += 1;
    return Random.of(this.seed, 'draw', this.#draws).sample(earlier, Math.min(count, earlier.length));
  }

  /** Puts what `change` makes of each group in its place. */
  update(change: (kept: readonly Kept[]) => readonly Kept[]): void {
    this.#kept = [...change(this.#kept)];
  }

  state(): ReservoirState<Kept> {
    return { seen: this.#seen, draws: this.#draws, kept: this.#kept };
  }

  restore({ seen, draws, kept }: ReservoirState<Kept>): void {
    this.#seen = seen;
    this.#draws = draws;
    this.#kept = [...kept];
  }
}

/** How many old groups stand beside `fresh` new ones when they are to be that share of all. */
export function oldGroups(fresh: number, share: number): number {
  return Math.round((fresh * share) / (1 - share));
}

export function withoutTokens(group: EpisodeGroup): EpisodeGroup {
  return group.map((member) => ({ ...member, episode: bareEpisode(member.episode) }));
}

function bareEpisode(episode: Episode): Episode {
  const steps = episode.steps.map((step) => ({ ...step, tokens: [], logProbabilities: [] }));
  return { ...episode, steps };
}
