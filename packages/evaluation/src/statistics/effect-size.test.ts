import { Random } from '@rsim/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clopperPearson, cohensH, pairedOddsRatio, standardisedDifference } from './effect-size.js';

const first = [1, 1, 1, 0, 1, 1, 0, 1, 1, 0];
const second = [1, 0, 0, 0, 1, 0, 0, 1, 0, 1];
const pairs = first.map((value, index): [number, number] => [value, second[index] as number]);

describe('clopperPearson', () => {
  // statsmodels 0.15.0: proportion_confint(successes, trials, method='beta')
  it.each([
    [0, 10, 0, 0.30849710781876083],
    [8, 10, 0.4439045376923585, 0.9747892736731666],
    [30, 42, 0.554161196692031, 0.8428085332342548],
    [121, 180, 0.5984503391922775, 0.7402123303917794],
    [10, 10, 0.6915028921812392, 1],
  ])('agrees with statsmodels on %i of %i', (successes, trials, low, high) => {
    const interval = clopperPearson(successes, trials);
    expect(interval.low).toBeCloseTo(low, 10);
    expect(interval.high).toBeCloseTo(high, 10);
  });

  it('refuses what cannot be', () => {
    expect(() => clopperPearson(3, 2)).toThrow(RangeError);
    expect(() => clopperPearson(0, 0)).toThrow(RangeError);
  });
});

describe('cohensH', () => {
  // statsmodels 0.15.0, numpy 2.4: h = proportion_effectsize(a.mean(), b.mean()); h ± norm.ppf(.975) * sqrt((2 - 2 * corrcoef(a, b)) / n)
  it('agrees with statsmodels', () => {
    const { estimate, low, high } = cohensH(pairs);
    expect(estimate).toBeCloseTo(0.6128747668578187, 10);
    expect(low).toBeCloseTo(-0.2236937562135921, 10);
    expect(high).toBeCloseTo(1.4494432899292296, 10);
  });

  // tools/reference-values/intervals.py
  it('is narrower where outcomes are shares of several tries', () => {
    const shares = [1, 2 / 3, 1 / 3, 0, 1, 1, 2 / 3, 1];
    const others = [1 / 3, 0, 1 / 3, 0, 1, 2 / 3, 0, 1];
    const { estimate, low, high } = cohensH(
      shares.map((share, place): [number, number] => [share, others[place] ?? 0]),
    );
    expect(estimate).toBeCloseTo(0.5972235105242167, 10);
    expect(low).toBeCloseTo(0.1497194004514641, 10);
    expect(high).toBeCloseTo(1.0447276205969693, 10);
  });

  it('is what Cohen gives for .50 and .40, and for .10 and .05', () => {
    const of = (one: number, other: number) => cohensH([[one, other]]).estimate;
    // Cohen 1988, table 6.2.2: φ(.50) = 1.571, φ(.40) = 1.369, φ(.10) = 0.644, φ(.05) = 0.451.
    expect(of(0.5, 0.4)).toBeCloseTo(1.571 - 1.369, 2);
    expect(of(0.1, 0.05)).toBeCloseTo(0.644 - 0.451, 2);
  });

  it('mirrors, and stays between −π and π', () => {
    const outcome = fc.constantFrom(0, 1 / 3, 1);
    fc.assert(
      fc.property(fc.array(fc.tuple(outcome, outcome), { minLength: 1 }), (values) => {
        const here = cohensH(values);
        const there = cohensH(values.map(([one, other]) => [other, one]));
        expect(here.estimate).toBeCloseTo(-there.estimate, 12);
        expect(here.low).toBeCloseTo(-there.high, 12);
        expect(here.low).toBeGreaterThanOrEqual(-Math.PI);
        expect(here.high).toBeLessThanOrEqual(Math.PI);
      }),
    );
  });
});

describe('pairedOddsRatio', () => {
  it('is wins over losses, with the odds of the exact interval', () => {
    const { estimate, low, high } = pairedOddsRatio(30, 12);
    expect(estimate).toBeCloseTo(2.5, 12);
    expect(low).toBeCloseTo(0.554161196692031 / (1 - 0.554161196692031), 8);
    expect(high).toBeCloseTo(0.8428085332342548 / (1 - 0.8428085332342548), 8);
    expect(pairedOddsRatio(0, 0)).toEqual({ estimate: 1, low: 0, high: Infinity });
    expect(pairedOddsRatio(5, 0)).toMatchObject({ estimate: Infinity, high: Infinity });
  });
});

describe('standardisedDifference', () => {
  // numpy 2.4: d = x.mean() / x.std(ddof=1); d ± norm.ppf(.975) * sqrt(1 / n + d * d / (2 * n))
  it('agrees with numpy', () => {
    const interval = standardisedDifference([0.11, 0.39, 1.4, 2.2, 0.34, 0.26, 0.43, 0.1, 1.0, 0.07]);
    expect(interval?.estimate).toBeCloseTo(0.9032625530196315, 10);
    expect(interval?.low).toBeCloseTo(0.16783412315230384, 10);
    expect(interval?.high).toBeCloseTo(1.6386909828869594, 10);
    expect(standardisedDifference([1])).toBeNull();
    expect(standardisedDifference([1, 1, 1])).toBeNull();
  });
});

describe('coverage', () => {
  it('holds the true effect in about 95 of 100 experiments', () => {
    const [p, q, both] = [0.6, 0.4, 0.3];
    const truth = 2 * Math.asin(Math.sqrt(p)) - 2 * Math.asin(Math.sqrt(q));
    const odds = (p - both) / (q - both);
    let [ofH, ofOdds] = [0, 0];
    const experiments = 400;
    for (let seed = 0; seed < experiments; seed += 1) {
      const random = Random.of(seed, 'coverage');
      const drawn = Array.from({ length: 150 }, () => random.weighted([both, p - both, q - both, 1 - p - q + both]));
      const h = cohensH(drawn.map((kind): [number, number] => [Number(kind < 2), Number(kind === 0 || kind === 2)]));
      if (h.low <= truth && truth <= h.high) ofH += 1;
      const count = (kind: number) => drawn.filter((each) => each === kind).length;
      const ratio = pairedOddsRatio(count(1), count(2));
      if (ratio.low <= odds && odds <= ratio.high) ofOdds += 1;
    }
    expect(Math.abs(ofH / experiments - 0.95)).toBeLessThan(0.03);
    // Exact, so that it covers more rather than less.
    expect(ofOdds / experiments).toBeGreaterThan(0.94);
  });
});
