import { describe, expect, it } from 'vitest';
import { continualMetrics } from './metrics.js';

/**
 * Three tasks, worked by hand:
 *
 *     before   .1 .2 .3
 *     after 1  .8 .4 .3
 *     after 2  .9 .7 .5
 *     after 3  .6 .5 .9
 *
 * average (.6 + .5 + .9) / 3 = .6667; backward ((.6 − .8) + (.5 − .7)) / 2 = −.2; forward ((.4 − .2) + (.5 − .3)) / 2 = .2;
 * forgetting ((.9 − .6) + (.7 − .5)) / 2 = .25, since task 1 was best after task 2; plasticity (.8 + .7 + .9) / 3 = .8;
 * intransigence ((.85 − .8) + (.8 − .7) + (.9 − .9)) / 3 = .05.
 */
const worked = [
  [0.1, 0.2, 0.3],
  [0.8, 0.4, 0.3],
  [0.9, 0.7, 0.5],
  [0.6, 0.5, 0.9],
];

describe('continualMetrics', () => {
  it('gives what is worked by hand', () => {
    const metrics = continualMetrics(worked, [0.85, 0.8, 0.9]);
    expect(metrics.averageAccuracy).toBeCloseTo(2 / 3, 12);
    expect(metrics.backwardTransfer).toBeCloseTo(-0.2, 12);
    expect(metrics.forwardTransfer).toBeCloseTo(0.2, 12);
    expect(metrics.forgetting).toBeCloseTo(0.25, 12);
    expect(metrics.plasticity).toBeCloseTo(0.8, 12);
    expect(metrics.intransigence).toBeCloseTo(0.05, 12);
  });

  it('has forgetting negative where later tasks helped, the best being taken before the last task alone', () => {
    // Task 1: .5, then .6, then .9: best before the end .6, so −.3. Task 2: .4 (not trained yet), .3, .8: best .4, so −.4.
    const helped = [
      [0, 0, 0],
      [0.5, 0.4, 0],
      [0.6, 0.3, 0],
      [0.9, 0.8, 0.7],
    ];
    expect(continualMetrics(helped).forgetting).toBeCloseTo(-0.35, 12);
    expect(continualMetrics(helped).intransigence).toBeNull();
  });

  it('knows only the average of joint training, and no transfer of a single task', () => {
    const joint = continualMetrics([worked[0]!, [0.8, 0.7, 0.9]]);
    expect(joint).toMatchObject({ forgetting: null, backwardTransfer: null, forwardTransfer: null, plasticity: null });
    expect(joint.averageAccuracy).toBeCloseTo(0.8, 12);
    expect(continualMetrics([[0.1], [0.6]])).toEqual({
      ...{ averageAccuracy: 0.6, backwardTransfer: null, forwardTransfer: null, forgetting: null },
      ...{ plasticity: 0.6, intransigence: null },
    });
  });

  it('refuses what is no matrix', () => {
    expect(() => continualMetrics([[0.1, 0.2]])).toThrow(RangeError);
    expect(() => continualMetrics([[0.1, 0.2], [0.3]])).toThrow(RangeError);
  });
});
