import { describe, expect, it } from 'vitest';
import { learningRateAt } from './schedule.js';
import { trainingSettings, updateSettingsAt } from './training-settings.js';

const iterations = 4;
const each = [0, 1, 2, 3];
const rates = (finalLearningRate: number, warmUp = 0) =>
  each.map((iteration) => learningRateAt({ learningRate: 2, finalLearningRate, warmUp }, { iteration, iterations }));

describe('the learning rate', () => {
  it('falls, rises or stays, in equal steps', () => {
    expect(rates(0)).toEqual([2, 1.5, 1, 0.5]);
    expect(rates(3)).toEqual([2, 3, 4, 5]);
    expect(rates(1)).toEqual([2, 2, 2, 2]);
  });

  it('warms up to what it would be without', () => {
    expect(rates(1, 2)).toEqual([1, 2, 2, 2]);
    expect(rates(0, 4)).toEqual([0.5, 0.75, 0.75, 0.5]);
    expect(rates(1, 1)).toEqual(rates(1));
  });
});

describe("the leader's settings", () => {
  const at = (input: object) => {
    const settings = trainingSettings({ iterations, ...input });
    return each.map((iteration) => updateSettingsAt(settings, iteration));
  };

  it('follow their schedules', () => {
    const scheduled = at({
      ...{ learningRate: 0.1, finalLearningRate: 2, warmUp: 2, entropy: 0.2, finalEntropy: 0 },
      ...{ leaderWeight: 0.5, finalLeaderWeight: 5 },
    });
    expect(scheduled.map(({ learningRate }) => learningRate)).toEqual([0.05, 0.125, 0.15, 0.175].map(near));
    expect(scheduled.map(({ entropy }) => entropy)).toEqual([0.2, 0.15, 0.1, 0.05].map(near));
    expect(scheduled.map(({ weight }) => weight)).toEqual([0.5, 1, 1.5, 2].map(near));
  });

  it('have an optimiser of their own', () => {
    const optimizer = { maxGradientNorm: 3, beta1: 0.5, beta2: 0.6, weightDecay: 0.7 };
    expect(at(optimizer)[0]).toMatchObject(optimizer);
    expect(() => at({ warmUp: -1 })).toThrow(/warmUp is -1/);
    expect(() => at({ finalTurn: 0 })).toThrow(/finalTurn is 0/);
  });
});

function near(value: number): unknown {
  return expect.closeTo(value, 12);
}
