import type { BatchEvaluator, Evaluated } from './batch-evaluator.js';
import { type CacheSlice, compact, emptySlice } from './cache-slice.js';

/** The pasts that conversations begin with: equal ones, as the episodes of a group have them, are evaluated once. */
export class PrefixCache {
  readonly #entries = new Map<string, { readonly slice: CacheSlice; users: number }>();
  readonly #keys = new Map<number, string>();

  constructor(private readonly evaluator: BatchEvaluator) {}

  /** Keys and values of the tokens each session begins with, kept until all of its users are released. */
  async acquire(
    sessions: readonly { readonly session: number; readonly tokens: readonly number[] }[],
  ): Promise<CacheSlice[]> {
    const missing = new Map<string, Evaluated>();
    for (const { tokens } of sessions) {
      const key = tokens.join();
      if (this.#entries.has(key)) continue;
      missing.set(key, { cache: emptySlice(this.evaluator.model.shapes.length), pending: [...tokens], last: -1 });
    }
    await this.#evaluate([...missing.values()]);
    const { model } = this.evaluator;
    for (const [key, { cache }] of missing) {
      this.#entries.set(key, { slice: compact(cache, model.shapes, (length) => model.createCache(length)), users: 0 });
    }
    return sessions.map(({ session, tokens }) => {
      const key = tokens.join();
      const entry = this.#entries.get(key) as { readonly slice: CacheSlice; users: number };
      entry.users += 1;
      this.#keys.set(session, key);
      return entry.slice;
    });
  }

  release(session: number): void {
    const key = this.#keys.get(session);
    if (key === undefined) return;
    this.#keys.delete(session);
    const entry = this.#entries.get(key);
    if (entry && --entry.users === 0) this.#entries.delete(key);
  }

  async #evaluate(pasts: readonly Evaluated[]): Promise<void> {
    for (;;) {
      const waiting = pasts.flatMap(({ cache, pending }, session) =>
        pending.length === 0 ? [] : { session, length: cache.length, pending: pending.length },
      );
      if (waiting.length === 0) return;
      for (const group of this.evaluator.plan(waiting)) {
        await this.evaluator.evaluate(
          group.map(({ session }) => pasts[session] as Evaluated),
          false,
        );
      }
    }
  }
}
