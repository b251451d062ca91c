import type { CausalModel, EvaluationRow } from './causal-model.js';
import { type CacheHolder, RowCache } from './row-cache.js';

/** A conversation as far as its evaluation goes: the tokens that wait, after the ones in its cache. */
export interface Evaluated extends CacheHolder {
  pending: number[];
  /** The last token in the cache; -1 where there is none. */
  last: number;
}

/**
 * How conversations lie when they are evaluated together: where their cache is, each with room at its end; copied, padded
 * on the left; or copied, of one length (positions that follow from places, attention that takes no mask).
 */
export type Layout = 'in-place' | 'padded' | 'equal';

/** Numbers that the logits of one evaluation may take up: 256 MiB of float32. */
const MOST_LOGITS = 2 ** 26;
const MOST_TOKENS = 4096;
/** A row with so many times the waiting tokens of another is not filled up to, but evaluated apart. */
const MOST_UNEVEN = 1.25;
/** Rows that have nothing to evaluate are among the others until they are more than this share: moving costs, too. */
const MOST_IDLE = 0.25;

/** Evaluates conversations together, and keeps their keys and values. */
export class BatchEvaluator {
  /** Tokens of conversations that were evaluated so far, padding not counted. */
  evaluatedTokens = 0;
  readonly #cache: RowCache;
  readonly #mostTokens: number;

  constructor(
    readonly model: CausalModel,
    readonly layout: Layout,
    vocabularySize: number,
  ) {
    this.#cache = new RowCache(model.shapes, (length) => model.createCache(length));
    this.#mostTokens = Math.max(16, Math.min(MOST_TOKENS, Math.floor(MOST_LOGITS / vocabularySize)));
  }

  /** Gives room to a conversation that is to be evaluated. */
  add<Added extends Evaluated>(conversation: Added): Added {
    this.#cache.add(conversation);
    return conversation;
  }

  /** Gives room to a conversation that begins with the first `length` tokens of another. */
  copy(from: Evaluated, to: Evaluated, length: number): void {
    this.#cache.add(Object.assign(to, { length }));
    this.#cache.copy(from, to, length);
  }

  remove(conversation: Evaluated): void {
    this.#cache.remove(conversation);
  }

  /** Evaluates the waiting tokens of each conversation except its last one. */
  async feed(conversations: readonly Evaluated[]): Promise<void> {
    let waiting = conversations.filter(({ pending }) => pending.length > 1);
    while (waiting.length > 0) {
      for (const group of this.plan(waiting)) {
        const most = Math.max(1, Math.floor(this.#mostTokens / group.length));
        await this.#evaluate(group, ({ pending }) => pending.slice(0, Math.min(most, pending.length - 1)), false);
      }
      waiting = waiting.filter(({ pending }) => pending.length > 1);
    }
  }

  /**
   * Evaluates the one token that waits in each conversation.
   * @returns the logits after it
   */
  async decode(conversations: readonly Evaluated[]): Promise<Map<Evaluated, Float32Array>> {
    const working = new Set<CacheHolder | null>(conversations);
    const logits = new Map<Evaluated, Float32Array>();
    const groups = this.layout === 'in-place' ? [this.#sideBySide(working)] : this.plan(conversations);
    for (const group of groups) {
      const rows = await this.#evaluate(group, (each) => (working.has(each) ? each.pending : []), true);
      group.forEach((each, place) => {
        if (each && working.has(each)) logits.set(each, rows[place] as Float32Array);
      });
    }
    return logits;
  }

  /** Divides conversations into groups that are evaluated together. */
  plan(waiting: readonly Evaluated[]): Evaluated[][] {
    const groups: Evaluated[][] = [];
    const ordered = waiting.toSorted((left, right) =>
      this.layout === 'in-place'
        ? left.row - right.row
        : left.pending.length - right.pending.length || left.length - right.length,
    );
    for (const each of ordered) {
      const last = groups.at(-1);
      if (last && this.#fits(each, last)) last.push(each);
      else groups.push([each]);
    }
    return groups;
  }

  #fits(one: Evaluated, group: readonly Evaluated[]): boolean {
    const [first, last] = [group[0] as Evaluated, group.at(-1) as Evaluated];
    const [fewest, most] = [first, one].map(({ pending }) => pending.length).sort((a, b) => a - b) as [number, number];
    if (this.layout === 'equal' && (one.length !== first.length || fewest !== most)) return false;
    if (this.layout === 'in-place' && one.row !== last.row + 1) return false;
    return (
      most <= MOST_UNEVEN * fewest + 4 && (group.length + 1) * Math.min(most, this.#mostTokens) <= this.#mostTokens
    );
  }

  /** The rows from the first to the last of those at work, which are brought together where too many others are among them. */
  #sideBySide(working: ReadonlySet<CacheHolder | null>): (Evaluated | null)[] {
    const rows = [...working].map((each) => (each as CacheHolder).row);
    let [first, count] = [Math.min(...rows), Math.max(...rows) + 1 - Math.min(...rows)];
    if (working.size < (1 - MOST_IDLE) * count) {
      [first, count] = [0, working.size];
      const isIdle = (row: number): boolean => !working.has(this.#cache.holderOf(row));
      const idle = Array.from({ length: count }, (_, row) => row).filter(isIdle);
      for (const row of rows) if (row >= count) this.#cache.exchange(row, idle.pop() as number);
    }
    return Array.from({ length: count }, (_, place) => this.#cache.holderOf(first + place) as Evaluated | null);
  }

  /** Evaluates tokens of rows that lie side by side, or are laid so; a row without any is filled up and stays as it is. */
  async #evaluate(
    group: readonly (Evaluated | null)[],
    tokensOf: (conversation: Evaluated) => readonly number[],
    needsLogits: boolean,
  ): Promise<readonly Float32Array[]> {
    const taken = group.map((each) => (each ? tokensOf(each) : []));
    const width = Math.max(...taken.map(({ length }) => length));
    const lengths = group.map((each) => each?.length ?? 0);
    this.#cache.reserve(Math.max(...lengths) + width);
    const isInPlace = this.layout === 'in-place';
    const span = isInPlace ? this.#cache.capacity : Math.max(...lengths);
    const rows = taken.map((tokens, place): EvaluationRow => {
      const length = lengths[place] as number;
      return { start: isInPlace ? 0 : span - length, length, tokens: tokens.length > 0 ? tokens : [0] };
    });
    const past = isInPlace
      ? this.#cache.views((group[0] as Evaluated).row, group.length)
      : this.#cache.gather(group as readonly Evaluated[], span);
    const evaluated = await this.model.evaluate({ past, span, rows, needsLogits });
    const added = group.map((each, place) => [each, taken[place]?.length ?? 0] as const);
    this.#cache.append(evaluated.fresh, width, added);
    group.forEach((each, place) => {
      const tokens = taken[place] as readonly number[];
      if (!each || tokens.length === 0) return;
      each.pending = each.pending.slice(tokens.length);
      each.last = tokens.at(-1) ?? each.last;
      this.evaluatedTokens += tokens.length;
    });
    return evaluated.logits;
  }
}
