import type { EpisodeEstimator } from '@rsim/core';
import { z } from 'zod';
import { drGrpo } from './dr-grpo.js';
import { overBatch } from './over-batch.js';
import { compositeOf } from './within-groups.js';

export const reinforcePlusPlusOptionsSchema = z.strictObject({
  baseline: z
    .enum(['none', 'group'])
    .default('none')
    .describe("What is taken off a reward before the batch is normalised: nothing, or its group's mean."),
});

/**
 * Advantages normalised over the whole batch instead of each group (REINFORCE++, arXiv 2501.03262, section 3): a group of
 * easy or hard problems is not blown up by its small deviation, and one episode of a problem is enough. With the
 * `group` baseline (the paper's REINFORCE++-baseline) groups without variance are left out first.
 *
 *     A = (R − b − mean over the batch) / (deviation over the batch + 1e-6)      b = 0, or the group's mean
 *
 * The paper takes its KL penalty off the reward; here it is a term of the loss, as for every estimator.
 */
export function reinforcePlusPlus({
  baseline,
}: z.output<typeof reinforcePlusPlusOptionsSchema>): EpisodeEstimator & { readonly baseline: string } {
  return {
    name: 'reinforce++',
    level: 'episode',
    baseline,
    advantages: (groups) =>
      overBatch(
        baseline === 'group'
          ? drGrpo.advantages(groups)
          : groups.map((group) => group.map((terms) => (terms === null ? null : compositeOf(terms)))),
      ),
  };
}
