import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { LlamaContext, LlamaSequence } from './llama-library.js';

/** One conversation's keys and values: in a sequence of the context, in a file, or nowhere before its first token. */
export interface Cache {
  sequence: LlamaSequence | null;
  file: string | null;
  isBusy: boolean;
  isDropped: boolean;
}

/**
 * Shares the sequences of one context between any number of conversations. A conversation keeps its sequence from step
 * to step until another needs it; its keys and values then go to a file and come back from there, so that no token is
 * evaluated twice.
 */
export class SequencePool {
  readonly #free: LlamaSequence[] = [];
  /** Caches in a sequence that no step uses now, the longest unused first. */
  readonly #idle = new Set<Cache>();
  readonly #caches = new Set<Cache>();
  #released: (() => void) | null = null;
  /** Takings, moves and droppings happen one after another. */
  #last: Promise<unknown> = Promise.resolve();
  #files = 0;

  private constructor(
    private readonly context: LlamaContext,
    private readonly folder: string,
  ) {}

  static async create(context: LlamaContext): Promise<SequencePool> {
    return new SequencePool(context, await mkdtemp(join(tmpdir(), 'rsim-llama-cpp-')));
  }

  /** Caches that were not given back. */
  get held(): number {
    return this.#caches.size;
  }

  add(): Cache {
    const cache: Cache = { sequence: null, file: null, isBusy: false, isDropped: false };
    this.#caches.add(cache);
    return cache;
  }

  /** The cache's sequence, for one step; waits where all are in use. Give it back with `release`. */
  take(cache: Cache): Promise<LlamaSequence> {
    return this.#inTurn(async () => {
      cache.isBusy = true;
      this.#idle.delete(cache);
      try {
        cache.sequence ??= await this.#emptySequence();
        if (cache.file !== null) {
          await cache.sequence.loadStateFromFile(cache.file, { acceptRisk: true });
          await this.#forget(cache);
        }
        return cache.sequence;
      } catch (error) {
        this.release(cache);
        throw error;
      }
    });
  }

  release(cache: Cache): void {
    cache.isBusy = false;
    if (cache.sequence !== null) this.#idle.add(cache);
    this.#released?.();
    if (cache.isDropped) void this.#giveBack(cache);
  }

  /** A cache with the same content. */
  copy(cache: Cache): Promise<Cache> {
    return this.#inTurn(async () => {
      const file = this.#newFile();
      try {
        if (cache.sequence !== null) await cache.sequence.saveStateToFile(file);
        else if (cache.file !== null) await copyFile(cache.file, file);
        else return this.add();
      } catch (error) {
        // What was written of it is of no use, and a full disk has no room for it.
        await rm(file, { force: true });
        throw error;
      }
      return Object.assign(this.add(), { file });
    });
  }

  /** Frees what the cache holds: at once, or when the step that uses it has ended. */
  async drop(cache: Cache): Promise<void> {
    cache.isDropped = true;
    if (!cache.isBusy) await this.#giveBack(cache);
  }

  async dispose(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  #giveBack(cache: Cache): Promise<void> {
    return this.#inTurn(async () => {
      await this.#forget(cache);
      this.#caches.delete(cache);
      const { sequence } = cache;
      this.#idle.delete(cache);
      cache.sequence = null;
      if (sequence === null) return;
      await sequence.clearHistory();
      this.#free.push(sequence);
    });
  }

  async #emptySequence(): Promise<LlamaSequence> {
    for (;;) {
      const free = this.#free.pop() ?? (this.context.sequencesLeft > 0 ? this.context.getSequence() : undefined);
      if (free !== undefined) return free;
      const [oldest] = this.#idle;
      if (oldest !== undefined) return this.#moveOut(oldest);
      await new Promise<void>((resolve) => (this.#released = resolve));
    }
  }

  async #moveOut(cache: Cache): Promise<LlamaSequence> {
    const sequence = cache.sequence as LlamaSequence;
    const file = this.#newFile();
    await sequence.saveStateToFile(file);
    await sequence.clearHistory();
    this.#idle.delete(cache);
    Object.assign(cache, { sequence: null, file });
    return sequence;
  }

  async #forget(cache: Cache): Promise<void> {
    const { file } = cache;
    cache.file = null;
    if (file !== null) await rm(file, { force: true });
  }

  #newFile(): string {
    this.#files += 1;
    return join(this.folder, `${this.#files}.state`);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
