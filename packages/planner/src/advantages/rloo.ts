import type { EpisodeEstimator } from '@rsim/core';
import { ofComposites } from './within-groups.js';

/**
 * Leave-one-out advantages (RLOO, arXiv 2402.14740, section 3.3; Kool et al. 2019): how much better than the mean of the
 * group's other episodes each one was. Unbiased, and in the unit of the reward.
 *
 *     Aᵢ = Rᵢ − mean(Rⱼ, j ≠ i) = n / (n − 1) · (Rᵢ − mean(R))
 */
export const rloo: EpisodeEstimator = {
  name: 'rloo',
  level: 'episode',
  advantages: (groups) => ofComposites(groups, (reward, { mean, size }) => ((reward - mean) * size) / (size - 1)),
};
