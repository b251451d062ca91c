import { type CacheArray, type CacheSlice, gather } from './cache-slice.js';
import type { CausalModel, EvaluationRow } from './causal-model.js';

/** What is evaluated of one conversation: the tokens that wait, after the ones in its cache. */
export interface Evaluated {
  cache: CacheSlice;
  pending: number[];
  /** The last token in the cache; -1 where there is none. */
  last: number;
}

/** A conversation before a round, by its lengths. */
export interface Waiting {
  readonly session: number;
  readonly length: number;
  readonly pending: number;
}

/** Where the rows of an evaluation lie. */
interface Placed {
  readonly buffers: readonly CacheArray[];
  readonly span: number;
  readonly rows: number;
  /** The row of each conversation. */
  readonly places: readonly number[];
}

/** Numbers that the logits of one evaluation may take up: 256 MiB of float32. */
const MOST_LOGITS = 2 ** 26;
const MOST_TOKENS = 4096;
/** A row with so many times the waiting tokens of another is not filled up to, but evaluated apart. */
const MOST_UNEVEN = 1.25;
/** Rows whose conversations have left stay in the batch until they are more than this share of it: moving costs, too. */
const MOST_LEFT = 0.25;

/**
 * Evaluates conversations together. Where the model takes padding, rows of different lengths go side by side; where it
 * does not (positions that follow from places, attention that takes no mask), rows of equal lengths do.
 */
export class BatchEvaluator {
  /** Tokens of conversations that were evaluated so far, padding not counted. */
  evaluatedTokens = 0;
  readonly #mostTokens: number;
  /** The last batch's buffers, and how many rows they have. */
  #last: { readonly buffers: CacheSlice['buffers']; readonly rows: number } | null = null;

  constructor(
    readonly model: CausalModel,
    readonly isPadded: boolean,
    vocabularySize: number,
  ) {
    this.#mostTokens = Math.max(16, Math.min(MOST_TOKENS, Math.floor(MOST_LOGITS / vocabularySize)));
  }

  /** Lets the last batch go. */
  forget(): void {
    this.#last = null;
  }

  /** Divides conversations into groups that are evaluated together. */
  plan(waiting: readonly Waiting[]): Waiting[][] {
    const groups: Waiting[][] = [];
    const ordered = waiting.toSorted((left, right) => left.pending - right.pending || left.length - right.length);
    for (const each of ordered) {
      const group = groups.find((others) => this.#fits(each, others));
      if (group) group.push(each);
      else groups.push([each]);
    }
    return groups;
  }

  /**
   * Evaluates the waiting tokens of a group that {@link plan} made, of very long ones the first.
   * @returns per conversation the logits after its last token, or `null` where tokens still wait
   */
  async evaluate(group: readonly Evaluated[], needsLogits = true): Promise<(Float32Array | null)[]> {
    const {
      buffers: past,
      span,
      rows: count,
      places,
    } = this.#isLastBatch(group) ? this.#again(group) : this.#place(group);
    const share = Math.max(1, Math.floor(this.#mostTokens / group.length));
    const taken = group.map(({ pending }) => pending.slice(0, share));
    const rows: EvaluationRow[] = Array.from({ length: count }, () => ({ length: 0, tokens: [0] }));
    group.forEach(({ cache }, index) => {
      rows[places[index] as number] = { length: cache.length, tokens: taken[index] as number[] };
    });
    const isOver = group.some(({ pending }) => pending.length <= share);
    const evaluated = await this.model.evaluate({ past, span, rows, needsLogits: needsLogits && isOver });
    this.#last = { buffers: evaluated.present, rows: count };
    const newSpan = span + Math.max(...taken.map(({ length }) => length));
    return group.map((conversation, index) => {
      const { length } = conversation.cache;
      const tokens = taken[index] as number[];
      const slice = { buffers: evaluated.present, row: places[index] as number, span: newSpan, start: span - length };
      conversation.cache = { ...slice, length: length + tokens.length };
      conversation.pending = conversation.pending.slice(tokens.length);
      conversation.last = tokens.at(-1) ?? -1;
      this.evaluatedTokens += tokens.length;
      return conversation.pending.length === 0 ? (evaluated.logits[slice.row] ?? null) : null;
    });
  }

  /** Puts a group side by side. */
  #place(group: readonly Evaluated[]): Placed {
    const span = Math.max(...group.map(({ cache }) => cache.length));
    const slices = group.map(({ cache }) => cache);
    const buffers = gather(slices, span, this.model.shapes, (length) => this.model.createCache(length));
    return { buffers, span, rows: group.length, places: [...group.keys()] };
  }

  /** Leaves a group where the last evaluation put it. */
  #again(group: readonly Evaluated[]): Placed {
    const [first] = group as readonly [Evaluated];
    const { buffers, span } = first.cache;
    return { buffers, span, rows: this.#last?.rows ?? 0, places: group.map(({ cache }) => cache.row) };
  }

  #fits(one: Waiting, group: readonly Waiting[]): boolean {
    const [first] = group as readonly [Waiting];
    if (!this.isPadded && (one.length !== first.length || one.pending !== first.pending)) return false;
    if ((first.pending === 1) !== (one.pending === 1) || one.pending > MOST_UNEVEN * first.pending + 4) return false;
    return (group.length + 1) * Math.min(one.pending, this.#mostTokens) <= this.#mostTokens;
  }

  /** Whether a group is what the last evaluation left behind, so that its buffers can be fed back as they are. */
  #isLastBatch(group: readonly Evaluated[]): boolean {
    if (this.#last === null || group.length < (1 - MOST_LEFT) * this.#last.rows) return false;
    const { buffers } = this.#last;
    // Conversations with the same past share its row. Rows whose tokens were filled up at their end have a gap there.
    const rows = new Set(group.map(({ cache }) => cache.row));
    return (
      rows.size === group.length &&
      group.every(
        ({ cache, pending }) =>
          cache.buffers === buffers && cache.start + cache.length === cache.span && pending.length === 1,
      )
    );
  }
}
