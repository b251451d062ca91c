import { aggregations, type PolicyObjective } from '@rsim/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyLoss } from './policy-loss.js';

const objective: PolicyObjective = {
  ...{ surrogate: 'ppo', clip: { below: 0.2, above: 0.2 }, aggregation: 'decision' },
  ...{ divergenceWeight: 0, divergence: 'k3' },
};

/** One decision between two strategies of which the first has probability `p`. */
function oneDecision(p: number, action: number, oldProbability: number, advantage: number, entropy = 0) {
  return policyLoss(
    Float32Array.of(Math.log(p), Math.log(1 - p)),
    {
      actions: Int32Array.of(action),
      oldLogProbabilities: Float64Array.of(Math.log(oldProbability)),
      advantages: Float64Array.of(advantage),
      episodes: 1,
      referenceLogProbabilities: [],
    },
    { objective, entropy },
  );
}

describe('policyLoss', () => {
  it('is −ratio · advantage inside the trusted range', () => {
    const { gradient, statistics } = oneDecision(0.55, 0, 0.5, 2);
    expect(statistics.loss).toBeCloseTo(-2.2, 5);
    // −A · ρ · (1 − p) for the chosen one.
    expect(gradient[0]).toBeCloseTo(-2 * 1.1 * 0.45, 5);
    expect(gradient[1]).toBeCloseTo(2 * 1.1 * 0.45, 5);
    expect(statistics.clipFraction).toBe(0);
    expect(statistics.divergence).toBeCloseTo(1.1 - 1 - Math.log(1.1), 5);
  });

  it('holds a good choice that has become likely enough, and a bad one that has become unlikely enough', () => {
    const good = oneDecision(0.75, 0, 0.5, 2);
    expect(good.statistics.loss).toBeCloseTo(-2.4, 5);
    expect(good.gradient.every((slope) => Math.abs(slope) === 0)).toBe(true);
    const bad = oneDecision(0.25, 0, 0.5, -2);
    expect(bad.statistics.loss).toBeCloseTo(1.6, 5);
    expect(bad.gradient.every((slope) => Math.abs(slope) === 0)).toBe(true);
    expect(bad.statistics.clipFraction).toBe(1);
  });

  it('never holds what moves the wrong way', () => {
    const { statistics, gradient } = oneDecision(0.75, 0, 0.5, -2);
    expect(statistics.loss).toBeCloseTo(3, 5);
    expect(gradient[0]).toBeCloseTo(2 * 1.5 * 0.25, 5);
  });

  it('rewards entropy', () => {
    const { statistics, gradient } = oneDecision(0.8, 0, 0.8, 0, 0.5);
    const entropy = -(0.8 * Math.log(0.8) + 0.2 * Math.log(0.2));
    expect(statistics.entropy).toBeCloseTo(entropy, 5);
    expect(statistics.loss).toBeCloseTo(-0.5 * entropy, 5);
    expect(gradient[0]).toBeCloseTo(0.5 * 0.8 * (Math.log(0.8) + entropy), 5);
  });

  it('leaves rows without a decision and forbidden strategies alone', () => {
    const { gradient, statistics } = policyLoss(
      Float32Array.of(1, 2, 0, -Infinity),
      {
        actions: Int32Array.of(-1, 0),
        oldLogProbabilities: new Float64Array(2),
        advantages: Float64Array.of(3, 3),
        episodes: 1,
        referenceLogProbabilities: [],
      },
      { objective, entropy: 0.1 },
    );
    expect(statistics).toMatchObject({ decisions: 1, entropy: 0 });
    expect(gradient.every((value) => Math.abs(value) < 1e-12)).toBe(true);
  });

  it('has the gradient that finite differences give', () => {
    const number = fc.double({ min: -2, max: 2, noNaN: true });
    const row = fc.record({
      scores: fc.array(number, { minLength: 3, maxLength: 3 }),
      action: fc.integer({ min: -1, max: 2 }),
      old: fc.double({ min: 0.05, max: 1, noNaN: true }),
      advantage: number,
    });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 4, maxLength: 4 }),
        fc.constantFrom(...aggregations),
        fc.constantFrom(1, 2, 4),
        (rows, aggregation, episodes) => {
          const targets = {
            actions: Int32Array.from(rows, ({ action }) => action),
            oldLogProbabilities: Float64Array.from(rows, ({ old }) => Math.log(old)),
            advantages: Float64Array.from(rows, ({ advantage }) => advantage),
            episodes,
            referenceLogProbabilities: Float64Array.from(rows, ({ old }) => Math.log(old) / 2),
          };
          fc.pre(rows.some(({ action }) => action >= 0));
          const scores = Float32Array.from(rows.flatMap((each) => each.scores));
          const options = { objective: { ...objective, aggregation, divergenceWeight: 0.3 }, entropy: 0.05 };
          const { gradient } = policyLoss(scores, targets, options);
          const lossAt = (index: number, delta: number) => {
            const moved = Float32Array.from(scores);
            moved[index]! += delta;
            const { statistics } = policyLoss(moved, targets, options);
            return { loss: statistics.loss, score: moved[index]!, clipped: statistics.clipFraction };
          };
          for (let index = 0; index < scores.length; index += 1) {
            const [above, below] = [lossAt(index, 2 ** -8), lossAt(index, -(2 ** -8))];
            // At the edge of the trusted range there is no slope to compare.
            if (above.clipped !== below.clipped) continue;
            expect(gradient[index]).toBeCloseTo((above.loss - below.loss) / (above.score - below.score), 2);
          }
        },
      ),
    );
  });
});
