import type { EpisodeEstimator } from '@rsim/core';
import { ofComposites } from './within-groups.js';

/**
 * Advantages without the division by the deviation (Dr. GRPO, arXiv 2503.20783, section 3.2), which makes problems that are
 * almost always or almost never solved count more than the others. The paper's other half, no division by the
 * episode's length, is the aggregation `sum` of the loss.
 *
 *     A = R − mean(R)
 */
export const drGrpo: EpisodeEstimator = {
  name: 'dr-grpo',
  level: 'episode',
  advantages: (groups) => ofComposites(groups, (reward, { mean }) => reward - mean),
};
