import { duration } from './progress.js';

/** A part of long work. */
export interface WorkPart {
  readonly name: string;
  /** Parts of one kind take as long for an episode. */
  readonly kind: string;
  readonly episodes: number;
}

/** How far the whole is, as the journal keeps it. */
export interface WholeState {
  /** Episodes done; also what the record is numbered by. */
  readonly step: number;
  /** Episodes in all. */
  readonly episodes: number;
  /** `null` before anything was measured. */
  readonly secondsLeft: number | null;
}

export interface WholeProgressOptions {
  /** In the order in which they are done. */
  readonly parts: readonly WorkPart[];
  /** Keeps the state for whoever looks on; called when a part begins, and seldom. */
  readonly keep?: (state: WholeState) => void;
}

/** A part of the whole, told of by its share that is done. */
export interface PartProgress {
  begin(): void;
  /** The share was done by a process before. */
  goOnFrom(share: number): void;
  update(share: number): void;
  /** How far the whole is. */
  readonly text: string;
}

interface Spent {
  readonly episodes: number;
  readonly seconds: number;
}

const keepMilliseconds = 10_000;
/** What took less time was read from a cache, and says nothing of how long the next takes. */
const leastSeconds = 0.5;

/**
 * How far work of several parts is as a whole. What is left is reckoned kind by kind, each at the pace that it had so far;
 * kinds that did not begin yet at that of the slowest.
 */
export class WholeProgress {
  readonly #spent = new Map<string, Spent>();
  readonly #now: () => number;
  #place = 0;
  #began = 0;
  #from = 0;
  #share = 0;
  #kept = -Infinity;

  constructor(
    private readonly options: WholeProgressOptions,
    now: () => number = () => performance.now(),
  ) {
    this.#now = now;
    this.#began = now();
  }

  /** @throws RangeError when there is no such part. */
  part(name: string): PartProgress {
    const place = this.options.parts.findIndex((part) => part.name === name);
    if (place < 0) throw new RangeError(`there is no part "${name}"`);
    const text = () => this.text;
    return {
      begin: () => this.#begin(place),
      goOnFrom: (share) => {
        [this.#from, this.#share, this.#began] = [share, share, this.#now()];
      },
      update: (share) => {
        this.#share = share;
        this.#keep(keepMilliseconds);
      },
      get text() {
        return text();
      },
    };
  }

  get state(): WholeState {
    const { parts } = this.options;
    const total = episodesOf(parts);
    const done = episodesOf(parts.slice(0, this.#place)) + this.#share * (parts[this.#place]?.episodes ?? 0);
    return { step: Math.round(done), episodes: total, secondsLeft: this.#secondsLeft() };
  }

  /** E.g. `whole 41 %, 3 min 10 s left`. */
  get text(): string {
    const { step, episodes, secondsLeft } = this.state;
    const left = secondsLeft === null ? '' : `, ${duration(secondsLeft)} left`;
    return `whole ${Math.floor((100 * step) / Math.max(1, episodes))} %${left}`;
  }

  /** Whatever comes before the part is done. */
  #begin(place: number): void {
    const before = this.options.parts[this.#place];
    if (before !== undefined) this.#spent.set(before.kind, this.#spentOn(before.kind));
    [this.#place, this.#from, this.#share, this.#began] = [place, 0, 0, this.#now()];
    this.#keep(0);
  }

  #keep(interval: number): void {
    const now = this.#now();
    if (now - this.#kept < interval) return;
    this.#kept = now;
    this.options.keep?.(this.state);
  }

  #secondsLeft(): number | null {
    const { parts } = this.options;
    const paces = new Map(
      parts.flatMap(({ kind }) => {
        const { episodes, seconds } = this.#spentOn(kind);
        return episodes > 0 && seconds >= leastSeconds ? [[kind, seconds / episodes] as const] : [];
      }),
    );
    if (paces.size === 0) return null;
    const slowest = Math.max(...paces.values());
    const left = parts.slice(this.#place).map(({ kind, episodes }, index) => {
      const share = index === 0 ? 1 - this.#share : 1;
      return share * episodes * (paces.get(kind) ?? slowest);
    });
    return Math.round(left.reduce((sum, seconds) => sum + seconds, 0));
  }

  #spentOn(kind: string): Spent {
    const earlier = this.#spent.get(kind) ?? { episodes: 0, seconds: 0 };
    const part = this.options.parts[this.#place];
    if (part?.kind !== kind) return earlier;
    const seconds = (this.#now() - this.#began) / 1000;
    if (this.#share === this.#from || (this.#share === 1 && seconds < leastSeconds)) return earlier;
    return {
      episodes: earlier.episodes + (this.#share - this.#from) * part.episodes,
      seconds: earlier.seconds + seconds,
    };
  }
}

function episodesOf(parts: readonly WorkPart[]): number {
  return parts.reduce((sum, { episodes }) => sum + episodes, 0);
}
