import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';

/**
 * Exact (binomial) two-sided McNemar test (McNemar 1947): of the problems on which two policies disagree, are the
 * first one's wins and losses equally likely?
 *
 * @param wins problems only the first policy solved.
 * @param losses problems only the second one solved.
 * @returns the p-value; 1 when they never disagree.
 */
export function mcnemarExact(wins: number, losses: number): number {
  const discordant = wins + losses;
  if (discordant === 0) return 1;
  return Math.min(1, 2 * binomialCdf(Math.min(wins, losses), discordant, 0.5));
}

/**
 * The same with half of the probability of what was seen (mid-p; Lancaster 1961). It rarely exceeds its level, and is less conservative than the
 * exact test (Fagerland, Lydersen and Laake 2013).
 */
export function mcnemarMidP(wins: number, losses: number): number {
  const discordant = wins + losses;
  if (discordant === 0) return 1;
  const fewer = Math.min(wins, losses);
  const seen = binomialCdf(fewer, discordant, 0.5) - (fewer === 0 ? 0 : binomialCdf(fewer - 1, discordant, 0.5));
  return Math.min(1, 2 * binomialCdf(fewer, discordant, 0.5) - seen);
}

/**
 * McNemar on paired problems measured under one or several seeds: a problem is a win when the first policy's mean over
 * seeds is higher, a loss when it is lower. With one seed this is McNemar's test; with several it is the exact sign
 * test on problems, which does not count the seeds of one problem as independent evidence.
 *
 * @param differences per problem, first policy − second.
 */
export function mcnemarOfDifferences(differences: readonly number[]): number {
  const wins = differences.filter((difference) => difference > 0).length;
  const losses = differences.filter((difference) => difference < 0).length;
  return mcnemarExact(wins, losses);
}
