import { describe, expect, it } from 'vitest';
import { pairedBootstrap } from './paired-bootstrap.js';
import { pairedDifference } from './paired-difference.js';

const pairs = (count: number, pair: [number, number]) => Array<[number, number]>(count).fill(pair);

describe('pairedDifference', () => {
  it('is the paired bootstrap', () => {
    const strata = [
      [...pairs(3, [1, 0]), ...pairs(9, [1, 1])],
      [...pairs(1, [0, 1]), ...pairs(5, [0, 0])],
    ];
    const differences = strata.map((each) => each.map(([one, other]) => one - other));
    expect(pairedDifference(strata, { seed: 3, resamples: 200 })).toEqual(
      pairedBootstrap(differences, { seed: 3, resamples: 200 }),
    );
  });

  it('does not call it certain that policies which never disagreed never will', () => {
    const alike = pairedDifference([pairs(30, [1, 1])]);
    expect(alike.estimate).toBe(0);
    expect(alike.low).toBeCloseTo(-0.11351339317396891, 10);
    expect(alike.high).toBeCloseTo(0.11351339317396891, 10);
    const opposite = pairedDifference([pairs(20, [1, 0]), pairs(20, [1, 0])]);
    expect(opposite).toMatchObject({ estimate: 1, high: 1 });
    // Two suites know what 40 problems of one would, nearly.
    expect(opposite.low).toBeCloseTo(1 - (1 - 0.7721346162421941) / Math.SQRT2, 10);
  });
});
