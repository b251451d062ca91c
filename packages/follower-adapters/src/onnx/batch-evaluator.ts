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
/** What it costs to copy a position and read it, where reading it in its place costs one. */
const COPYING = 3;

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
    const most = model.givesLastLogits ? MOST_TOKENS : Math.floor(MOST_LOGITS / vocabularySize);
    this.#mostTokens = Math.max(16, Math.min(MOST_TOKENS, most));
  }

  /** How many conversations have room. */
  get rows(): number {
    return this.#cache.rows;
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

  /** Evaluates waiting tokens of each conversation until no more than `most` wait; its last one is left in any case. */
  async feed(conversations: readonly Evaluated[], most = 1): Promise<void> {
    const waitingOf = (): Evaluated[] => conversations.filter(({ pending }) => pending.length > most);
    for (let waiting = waitingOf(); waiting.length > 0; waiting = waitingOf()) {
      for (const group of this.plan(waiting)) {
        const width = Math.max(1, Math.floor(this.#mostTokens / group.length));
        await this.#evaluate(group, ({ pending }) => pending.slice(0, Math.min(width, pending.length - 1)), false);
      }
    }
  }

  /**
   * Evaluates all that waits in each conversation, one token or more. What was injected takes no pass of its own, unless
   * the model puts out logits for all of it.
   * @returns the logits after the last token
   */
  async evaluate(conversations: readonly Evaluated[]): Promise<Map<Evaluated, Float32Array>> {
    await this.feed(conversations, this.model.givesLastLogits ? this.#mostTokens : 1);
    const logits = new Map<Evaluated, Float32Array>();
    for (const group of this.plan(conversations)) {
      for (const [each, row] of await this.#evaluate(group, ({ pending }) => pending, true)) logits.set(each, row);
    }
    return logits;
  }

  /** Divides conversations into groups that are evaluated together. */
  plan(waiting: readonly Evaluated[]): Evaluated[][] {
    const groups: Evaluated[][] = [];
    const second = this.layout === 'in-place' ? 'row' : 'length';
    const ordered = waiting.toSorted(
      (left, right) => left.pending.length - right.pending.length || left[second] - right[second],
    );
    for (const each of ordered) {
      const last = groups.at(-1);
      if (last && this.#fits(each, last)) last.push(each);
      else groups.push([each]);
    }
    return groups;
  }

  #fits(one: Evaluated, group: readonly Evaluated[]): boolean {
    const first = group[0] as Evaluated;
    const [fewest, most] = [first.pending.length, one.pending.length];
    if (this.layout === 'equal' && (one.length !== first.length || fewest !== most)) return false;
    if (this.model.appendsAlone && most > 1 && first.length > 0) return false;
    // Most rows draw, with one token each: they are not filled up to the few that take more in.
    if (fewest === 1 && most > 1) return false;
    return (
      most <= MOST_UNEVEN * fewest + 4 && (group.length + 1) * Math.min(most, this.#mostTokens) <= this.#mostTokens
    );
  }

  /** The rows, one after the other, in which a group is evaluated where it lies; `null` where it is to be copied. */
  #rowsOf(group: readonly Evaluated[]): (Evaluated | null)[] | null {
    if (this.layout !== 'in-place') return null;
    const rows = group.map(({ row }) => row);
    const first = Math.min(...rows);
    const count = Math.max(...rows) + 1 - first;
    const isDense = group.length >= (1 - MOST_IDLE) * count;
    const isDrawing = group[0]?.pending.length === 1;
    const longest = Math.max(...group.map(({ length }) => length));
    if (!isDrawing && !(isDense && count * this.#cache.capacity <= COPYING * group.length * longest)) return null;
    if (!isDense) this.#cache.bringTogether(rows);
    const [from, to] = isDense ? [first, first + count] : [0, group.length];
    return Array.from({ length: to - from }, (_, place) => this.#cache.holderOf(from + place) as Evaluated | null);
  }

  /**
   * Evaluates tokens of a group; a row of another conversation that lies among its rows is filled up and stays as it is.
   * @returns the logits after the last token of each, empty where they are not wanted
   */
  async #evaluate(
    group: readonly Evaluated[],
    tokensOf: (conversation: Evaluated) => readonly number[],
    needsLogits: boolean,
  ): Promise<Map<Evaluated, Float32Array>> {
    const inPlace = this.#rowsOf(group);
    const holders = inPlace ?? group;
    const members = new Set<Evaluated | null>(group);
    const taken = holders.map((each) => (each && members.has(each) ? tokensOf(each) : []));
    const width = Math.max(...taken.map(({ length }) => length));
    const lengths = holders.map((each) => each?.length ?? 0);
    const longest = Math.max(...lengths);
    this.#cache.reserve(longest + width);
    const span = inPlace ? this.#cache.capacity : longest;
    const rows = taken.map((tokens, place): EvaluationRow => {
      const length = lengths[place] as number;
      return { start: inPlace ? 0 : span - length, length, tokens: tokens.length > 0 ? tokens : [0] };
    });
    const past = inPlace
      ? this.#cache.views((inPlace[0] as Evaluated).row, inPlace.length)
      : this.#cache.gather(group, span);
    const evaluated = await this.model.evaluate({ past, span, rows, needsLogits });
    this.#cache.append(
      evaluated.fresh,
      width,
      holders.map((each, place) => [each, taken[place]?.length ?? 0]),
    );
    const logits = new Map<Evaluated, Float32Array>();
    holders.forEach((each, place) => {
      const tokens = taken[place] as readonly number[];
      if (!each || tokens.length === 0) return;
      each.pending = each.pending.slice(tokens.length);
      each.last = tokens.at(-1) ?? each.last;
      this.evaluatedTokens += tokens.length;
      if (needsLogits) logits.set(each, evaluated.logits[place] as Float32Array);
    });
    return logits;
  }
}
