import type { EpisodeEstimator } from '@rsim/core';
import { ofComposites } from './within-groups.js';

/** Keeps near-equal rewards from being blown up. */
export const deviationEpsilon = 1e-4;

/**
 * Group-normalised advantages (GRPO, arXiv 2402.03300, section 4.1.2): how much better than its group's mean each episode
 * of one problem was, in standard deviations (of a sample, as n − 1).
 *
 *     A = (R − mean(R)) / (deviation(R) + 1e-4)
 */
export const grpo: EpisodeEstimator = {
  name: 'grpo',
  level: 'episode',
  advantages: (groups) =>
    ofComposites(groups, (reward, { mean, deviation }) => (reward - mean) / (deviation + deviationEpsilon)),
};
