import type { DecoderWeights } from '@rsim/lm';

/** What writes with a graph, and can be given another. */
interface Swappable {
  /** Sessions opened so far are at their end. */
  endSessions(): void;
  swap(graph: Uint8Array): void;
}

/**
 * Other weights on their way to engines. They are taken as they are when the next session is opened, so that many updates before it cost
 * one swap.
 */
export class WeightSwap {
  #waiting: DecoderWeights | null = null;

  /** @param build the graph for weights */
  constructor(
    private readonly engines: Swappable,
    private readonly build: (weights: DecoderWeights) => Uint8Array,
  ) {}

  /** Sessions opened so far are at their end: their steps are rejected with the code `session-outdated`. */
  request(weights: DecoderWeights): void {
    this.#waiting = weights;
    this.engines.endSessions();
  }

  /** To be called before a session is opened. */
  carryOut(): void {
    if (!this.#waiting) return;
    const graph = this.build(this.#waiting);
    this.#waiting = null;
    this.engines.swap(graph);
  }
}
