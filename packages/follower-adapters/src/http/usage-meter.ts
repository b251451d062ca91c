import type { CompletionUsage } from './completion.js';

export interface Prices {
  /** Price of a million tokens of the prompt. */
  readonly promptPrice: number;
  readonly cachedPrice?: number;
  readonly completionPrice: number;
}

/** Adds up what the steps cost. */
export class UsageMeter {
  steps = 0;
  promptTokens = 0;
  cachedTokens = 0;
  completionTokens = 0;
  /** In the currency of the prices. */
  cost = 0;

  constructor(private readonly prices: Prices) {}

  /** Counts a step once it is whole: what failed on its way is not known. */
  count({ promptTokens, cachedTokens, completionTokens, cost }: CompletionUsage): void {
    const { promptPrice, cachedPrice = promptPrice, completionPrice } = this.prices;
    const fresh = Math.max(0, promptTokens - cachedTokens);
    this.steps += 1;
    this.promptTokens += promptTokens;
    this.cachedTokens += cachedTokens;
    this.completionTokens += completionTokens;
    this.cost += cost ?? (fresh * promptPrice + cachedTokens * cachedPrice + completionTokens * completionPrice) / 1e6;
  }
}
