/**
 * How the terms of decisions become one loss:
 *
 * - `decision`: the mean over all decisions (DAPO, arXiv 2503.14476, equation 8): a decision counts alike in short and
 *   long episodes.
 * - `episode`: the mean over each episode's decisions, then over episodes (GRPO, arXiv 2402.03300, equation 3; GSPO): an
 *   episode counts alike, so a decision in a long one counts less.
 * - `sum`: the sum over each episode's decisions, then the mean over episodes (Dr. GRPO, arXiv 2503.20783, section 3.2).
 */
export const aggregations = ['decision', 'episode', 'sum'] as const;
export type AggregationName = (typeof aggregations)[number];

/**
 * What each decision of each sequence weighs.
 *
 * @param lengths of the sequences in decisions; empty ones are passed over.
 */
export function aggregationWeights(lengths: readonly number[], aggregation: AggregationName): number[] {
  const sequences = lengths.filter((length) => length > 0).length;
  const decisions = lengths.reduce((sum, length) => sum + length, 0);
  if (aggregation === 'decision') return lengths.map(() => 1 / decisions);
  return lengths.map((length) => 1 / (sequences * (aggregation === 'sum' ? 1 : length)));
}
