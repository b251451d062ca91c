import { describe, expect, it } from 'vitest';
import { rateContrast } from './rate-contrast.js';

const side = (name: string, values: number[]) => values.map((value, index) => ({ value, cluster: `${name}${index}` }));

describe('rateContrast', () => {
  it('is the difference of two independent means when no cluster is on both sides', () => {
    const { estimate, low, high } = rateContrast(side('a', [1, 1, 0, 1]), side('b', [0, 1, 0, 0]));
    // Influences 1/16, 1/16, -3/16, 1/16 on either side: sum of squares 24/256, times 8/7; t(0.975, 7) = 2.364624.
    const margin = 2.364624251592784 * Math.sqrt(((24 / 256) * 8) / 7);
    expect(estimate).toBe(0.5);
    expect(low).toBeCloseTo(0.5 - margin, 10);
    expect(high).toBe(1);
  });

  it('takes off what the two sides share', () => {
    const values = [1, 0, 1, 0, 1, 1];
    const { low, high } = rateContrast(side('same', values), side('same', values));
    expect([low, high]).toEqual([0, 0]);
  });

  it('is Newcombe’s where each side agrees with itself, and is not certain', () => {
    const [all, none] = [Array<number>(10).fill(1), Array<number>(20).fill(0)];
    const { estimate, low, high } = rateContrast(side('a', all), side('b', none));
    expect(estimate).toBe(1);
    // As newcombe.test.ts has it for 10 of 10 minus 0 of 20.
    expect(low).toBeCloseTo(0.6790860371419145, 10);
    expect(high).toBe(1);
  });

  it('does not mind the order and mirrors when the sides change places', () => {
    const first = side('x', [1, 0, 0, 1, 1]);
    const second = side('x', [0, 0, 1]);
    const there = rateContrast(first, second);
    const back = rateContrast([...second].reverse(), [...first].reverse());
    expect(back.low).toBeCloseTo(-there.high, 12);
    expect(back.high).toBeCloseTo(-there.low, 12);
  });

  it('refuses an empty side', () => {
    expect(() => rateContrast([], side('a', [1]))).toThrow(RangeError);
  });
});
