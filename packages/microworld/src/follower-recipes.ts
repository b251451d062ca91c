import type { CorpusMixture } from './document.js';

/** How an embedded follower is made: its shape, its seed, its share of each kind of document. */
export interface FollowerRecipe {
  readonly seed: number;
  readonly decoder: {
    /** Width of the residual stream. */
    readonly hidden: number;
    /** Width of the feed-forward layers. */
    readonly intermediate: number;
    readonly layers: number;
    readonly heads: number;
  };
  /** What is different from the default mixture. */
  readonly mixture: Partial<CorpusMixture>;
  /** Highest learning rate. */
  readonly learningRate: number;
}

/** The shipped followers, smallest first. Seeds and mixtures differ, so that they are different models, not sizes of one. */
export const followerRecipes: Readonly<Record<string, FollowerRecipe>> = {
  nano: { seed: 11, decoder: { hidden: 64, intermediate: 160, layers: 3, heads: 4 }, mixture: {}, learningRate: 0.004 },
  micro: {
    seed: 12,
    decoder: { hidden: 80, intermediate: 216, layers: 4, heads: 4 },
    mixture: { direct: 0.12, tagged: 0.42, drills: 0.18 },
    learningRate: 0.0035,
  },
  small: {
    seed: 13,
    decoder: { hidden: 128, intermediate: 344, layers: 5, heads: 4 },
    mixture: { direct: 0.08, sloppy: 0.08 },
    learningRate: 0.003,
  },
  base: {
    seed: 14,
    decoder: { hidden: 256, intermediate: 704, layers: 4, heads: 4 },
    mixture: { direct: 0.14, sloppy: 0.1, tagged: 0.36, drills: 0.2, checkingDrills: 0.2 },
    learningRate: 0.002,
  },
};
