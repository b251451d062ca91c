import { Random } from '@rsim/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mcnemarExact } from './mcnemar.js';
import { detectableDifference, mcnemarPower, problemsNeeded } from './power.js';

describe('mcnemarPower', () => {
  // scipy 1.17.1, with θ = (ψ + d) / (2ψ):
  // sum(binom.pmf(m, n, ψ) * binom.pmf(x, m, θ) for m in range(n + 1) for x in range(m + 1) if binomtest(x, m).pvalue <= .05)
  it.each([
    [100, 0.1, 0.2, 0.5444454279352327],
    [500, 0.03, 0.2, 0.288362868807234],
    [300, 0.05, 0.1, 0.7444715537062659],
    [40, 0.3, 0.4, 0.8629984934433717],
    [1000, 0, 0.2, 0.04238356668197868],
  ])('agrees with scipy on %i problems, difference %f, discordance %f', (problems, difference, discordance, power) => {
    expect(mcnemarPower(problems, { difference, discordance })).toBeCloseTo(power, 8);
  });

  it.each([
    [80, 0.15, 0.3, 0.05],
    [25, 0.4, 0.5, 0.05],
    [200, 0.1, 0.15, 0.05 / 12],
    // As many as it takes for a power of .8.
    [problemsNeeded({ difference: 0.12, discordance: 0.25 }), 0.12, 0.25, 0.05],
    // The difference that 150 problems show.
    [150, detectableDifference(150, { discordance: 0.3 }) ?? NaN, 0.3, 0.05],
  ])('is how often the test finds it: %i problems, difference %f, discordance %f, level %f', (...design) => {
    const [problems, difference, discordance, alpha] = design;
    const experiments = 1500;
    const random = Random.of(3, 'power');
    let found = 0;
    for (let experiment = 0; experiment < experiments; experiment += 1) {
      let [wins, losses] = [0, 0];
      for (let problem = 0; problem < problems; problem += 1) {
        const drawn = random.next();
        if (drawn < (discordance + difference) / 2) wins += 1;
        else if (drawn < discordance) losses += 1;
      }
      if (mcnemarExact(wins, losses) <= alpha) found += 1;
    }
    const power = mcnemarPower(problems, { difference, discordance, alpha });
    expect(Math.abs(found / experiments - power)).toBeLessThan(0.035);
  });

  it('grows with the difference and the level, and does not know which policy is which', () => {
    const design = fc.tuple(
      fc.integer({ min: 5, max: 300 }),
      fc.double({ min: 0.02, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 0.9, noNaN: true }),
    );
    fc.assert(
      fc.property(design, ([problems, discordance, part]) => {
        const difference = part * discordance;
        const power = mcnemarPower(problems, { difference, discordance });
        expect(power).toBeGreaterThanOrEqual(0);
        expect(power).toBeLessThanOrEqual(1);
        expect(mcnemarPower(problems, { difference: -difference, discordance })).toBe(power);
        expect(mcnemarPower(problems, { difference: 1.1 * difference, discordance })).toBeGreaterThanOrEqual(
          power - 1e-9,
        );
        expect(mcnemarPower(problems, { difference, discordance, alpha: 0.01 })).toBeLessThanOrEqual(power);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses impossible designs', () => {
    expect(() => mcnemarPower(100, { difference: 0.3, discordance: 0.2 })).toThrow(/impossible/);
    expect(() => mcnemarPower(0, { difference: 0.1, discordance: 0.2 })).toThrow(RangeError);
    expect(() => problemsNeeded({ difference: 0, discordance: 0.2 })).toThrow(RangeError);
  });
});

describe('problemsNeeded', () => {
  // scipy 1.17.1: from ceil((z(.975) √ψ + z(power) √(ψ − d²))² / d²) on, the first n whose exact power as above suffices
  it.each([
    [0.1, 0.2, 0.8, 168],
    [0.05, 0.1, 0.8, 337],
    [0.3, 0.4, 0.9, 44],
  ])('agrees with scipy on difference %f, discordance %f, power %f', (difference, discordance, power, problems) => {
    expect(problemsNeeded({ difference, discordance }, power)).toBe(problems);
  });
});

describe('detectableDifference', () => {
  it('is the difference that needs about as many problems', () => {
    const difference = detectableDifference(337, { discordance: 0.1 }) ?? NaN;
    expect(difference).toBeCloseTo(0.05, 3);
    expect(mcnemarPower(337, { difference, discordance: 0.1 })).toBeCloseTo(0.8, 4);
    expect(detectableDifference(10, { discordance: 0.05 })).toBeNull();
  });
});
