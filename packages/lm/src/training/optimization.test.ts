import { describe, expect, it } from 'vitest';

import { AdamW } from './adamw.js';
import { learningRateAt } from './learning-rate.js';

describe('learningRateAt', () => {
  it('rises in a line, then falls as half a cosine to a tenth', () => {
    const schedule = { learningRate: 1, warmupSteps: 4, steps: 104 };
    expect([1, 2, 4].map((step) => learningRateAt(schedule, step))).toEqual([0.25, 0.5, 1]);
    expect(learningRateAt(schedule, 54)).toBeCloseTo(0.55, 10);
    expect(learningRateAt(schedule, 104)).toBeCloseTo(0.1, 10);
  });
});

describe('AdamW', () => {
  const options = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 };

  it('follows the published algorithm, decaying matrices only', () => {
    for (const shape of [[2, 1], [2]]) {
      const weights = new Map([['w', { shape, data: Float32Array.of(0.5, -0.25) }]]);
      const optimizer = AdamW.start(options, weights);
      const expected = [0.5, -0.25];
      const moments = [0, 1].map(() => ({ first: 0, second: 0 }));
      for (let step = 1; step <= 5; step += 1) {
        const gradient = [0.3 / step, -0.1 * step];
        optimizer.update(weights, new Map([['w', Float32Array.from(gradient)]]), 0.01, step);
        gradient.forEach((slope, index) => {
          const moment = moments[index] as { first: number; second: number };
          moment.first = 0.9 * moment.first + 0.1 * slope;
          moment.second = 0.99 * moment.second + 0.01 * slope ** 2;
          const mean = moment.first / (1 - 0.9 ** step);
          const root = Math.sqrt(moment.second / (1 - 0.99 ** step));
          const decay = shape.length > 1 ? 0.01 * 0.1 * (expected[index] as number) : 0;
          expected[index] = (expected[index] as number) - decay - (0.01 * mean) / (root + 1e-8);
        });
      }
      expected.forEach((value, index) => {
        expect(weights.get('w')?.data[index]).toBeCloseTo(value, 6);
      });
    }
  });

  it('shortens long gradients', () => {
    const start = (): Map<string, { shape: number[]; data: Float32Array }> =>
      new Map([['w', { shape: [2], data: Float32Array.of(0, 0) }]]);
    const [long, short] = [start(), start()];
    const epsilon = { ...options, epsilon: 1 };
    AdamW.start(epsilon, long).update(long, new Map([['w', Float32Array.of(30, 40)]]), 1, 1);
    AdamW.start(epsilon, short).update(short, new Map([['w', Float32Array.of(0.6, 0.8)]]), 1, 1);
    expect(long.get('w')?.data[0]).toBeCloseTo(short.get('w')?.data[0] as number, 6);
  });
});
