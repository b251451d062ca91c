import { describe, expect, it } from 'vitest';
import { normalised, pool } from './pooling.js';

const states = Float32Array.of(1, 2, 3, 5, 8, 2);

describe('pooling', () => {
  it.each([
    ['mean', [4, 3]],
    ['cls', [1, 2]],
    ['last', [8, 2]],
  ] as const)('takes the %s of the tokens', (pooling, expected) => {
    expect([...pool(states, 2, pooling)]).toEqual(expected);
  });

  it('brings a vector to length 1, where it has a length', () => {
    expect([...normalised(Float32Array.of(3, 4))]).toEqual([Math.fround(0.6), Math.fround(0.8)]);
    expect([...normalised(Float32Array.of(0, 0))]).toEqual([0, 0]);
  });
});
