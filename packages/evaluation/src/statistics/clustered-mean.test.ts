import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stratifiedMean, type Observation } from './clustered-mean.js';

const clusteredMean = (observations: readonly Observation[]) => stratifiedMean([observations]);

const observation = fc.record({
  cluster: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  value: fc.constantFrom(0, 1),
});

describe('stratifiedMean of one stratum', () => {
  it('agrees with the cluster-robust regression of statsmodels', () => {
    // statsmodels 0.15.0: OLS(x, ones).fit(cov_type='cluster', cov_kwds={'groups': g}, use_t=True)
    const values = [1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1];
    const clusters = ['0', '0', '0', '1', '1', '1', '2', '2', '2', '3', '3', '4'];
    const mean = clusteredMean(values.map((value, index) => ({ value, cluster: clusters[index] as string })));
    expect(mean).toMatchObject({ clusters: 5, degrees: 4 });
    expect(mean.estimate).toBeCloseTo(0.58333333, 8);
    expect(mean.standardError).toBeCloseTo(0.17975249, 8);
  });

  it('is the standard error of the mean when every cluster has one observation', () => {
    // scipy 1.17.1: stats.sem(y)
    const mean = clusteredMean([2.1, 3.4, 1.9, 5.0, 4.2].map((value, index) => ({ value, cluster: String(index) })));
    expect(mean.standardError).toBeCloseTo(0.5961543424315553, 10);
  });

  it('is wider than if the copies of one problem counted as problems', () => {
    const problems = [1, 0, 1, 1, 0, 1, 0, 1];
    const copies = (clusterOf: (problem: number, copy: number) => string): Observation[] =>
      [0, 1, 2].flatMap((copy) => problems.map((value, problem) => ({ value, cluster: clusterOf(problem, copy) })));
    const clustered = clusteredMean(copies((problem) => `${problem}`));
    const naive = clusteredMean(copies((problem, copy) => `${problem}/${copy}`));
    const once = clusteredMean(problems.map((value, problem) => ({ value, cluster: `${problem}` })));
    expect(clustered.standardError).toBeGreaterThan(naive.standardError * 1.5);
    expect(clustered.standardError).toBeCloseTo(once.standardError, 12);
  });

  it('knows nothing of the spread from one cluster', () => {
    expect(clusteredMean([{ cluster: 'a', value: 1 }])).toMatchObject({ standardError: Infinity });
  });

  it('does not mind the order', () => {
    fc.assert(
      fc.property(fc.array(observation, { minLength: 2, maxLength: 40 }), (observations) => {
        const mean = clusteredMean(observations);
        const reversed = clusteredMean([...observations].reverse());
        fc.pre(Number.isFinite(mean.standardError));
        expect(reversed.estimate).toBeCloseTo(mean.estimate, 12);
        expect(reversed.standardError).toBeCloseTo(mean.standardError, 10);
      }),
    );
  });
});

describe('stratifiedMean', () => {
  it('lets every stratum weigh the same, whatever its size', () => {
    const stratum = (name: string, values: number[]) =>
      values.map((value, index) => ({ value, cluster: `${name}${index}` }));
    const mean = stratifiedMean([stratum('a', [1, 1]), stratum('b', [0, 0, 0, 1])]);
    expect(mean.estimate).toBeCloseTo((1 + 0.25) / 2, 12);
    // The first stratum has no spread; the second's standard error is 0.25 (s = 0.5, n = 4), halved by the mean of two.
    expect(mean.standardError).toBeCloseTo(0.125, 12);
  });

  it('refuses an empty stratum', () => {
    expect(() => stratifiedMean([[]])).toThrow(RangeError);
    expect(() => stratifiedMean([])).toThrow(RangeError);
  });
});
