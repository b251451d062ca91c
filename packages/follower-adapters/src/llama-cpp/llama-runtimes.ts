import type { LlamaLibrary, LlamaRuntime } from './llama-library.js';

type RuntimeOptions = Parameters<LlamaLibrary['getLlama']>[0];

/** Runtimes that no follower has, by what they were asked for. */
const idle = new WeakMap<LlamaLibrary, Map<string, LlamaRuntime[]>>();

/** A runtime that one follower has to itself, as threads are limited by runtime, until it gives it back. */
export interface BorrowedRuntime {
  readonly runtime: LlamaRuntime;
  dispose(): Promise<void>;
}

/**
 * A runtime of the library's, one that was given back where there is any. They are not disposed of before the process ends: of those
 * that were, the library keeps some all the same (3.22: its native side holds the function that a runtime logs through).
 */
export async function borrowRuntime(library: LlamaLibrary, options: RuntimeOptions): Promise<BorrowedRuntime> {
  const all = idle.get(library) ?? new Map<string, LlamaRuntime[]>();
  idle.set(library, all);
  const key = JSON.stringify(options);
  const free = all.get(key) ?? [];
  all.set(key, free);
  const runtime = free.pop() ?? (await library.getLlama(options));
  return { runtime, dispose: async () => void free.push(runtime) };
}
