import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregations } from './aggregation.js';
import { divergences, type DivergenceName } from './divergence.js';
import { policyObjective, type PolicyObjective } from './policy-objective.js';
import { surrogates, type DecisionSequence, type SurrogateName } from './surrogate.js';

const ppo: PolicyObjective = {
  ...{ surrogate: 'ppo', clip: { below: 0.2, above: 0.2 }, aggregation: 'decision' },
  ...{ divergenceWeight: 0, divergence: 'k3' },
};
const logs = (probabilities: readonly number[]) => probabilities.map(Math.log);

describe('reference values', () => {
  // Printed by `python3 tools/reference-values/losses.py`, which writes the formulas out with the standard library and
  // takes slopes from differences.
  const sequences: DecisionSequence[] = [
    {
      logProbabilities: logs([0.5, 0.3, 0.9]),
      oldLogProbabilities: logs([0.4, 0.4, 0.5]),
      referenceLogProbabilities: logs([0.3, 0.3, 0.8]),
      advantages: [1.5, 1.5, 1.5],
    },
    {
      logProbabilities: logs([0.2, 0.6]),
      oldLogProbabilities: logs([0.22, 0.3]),
      referenceLogProbabilities: logs([0.4, 0.5]),
      advantages: [-0.5, -0.5],
    },
  ];
  const wide = { below: 0.2, above: 0.28 };
  const narrow = { below: 0.1, above: 0.1 };
  const kl = (divergence: DivergenceName) => ({ divergenceWeight: 0.1, divergence });
  it.each([
    ['PPO', {}, -0.654091, [0, -0.225, 0, 0.090909, 0.2]],
    ['PPO, the range wider above (DAPO)', { clip: wide }, -0.693091, [-0.375, -0.225, 0, 0.090909, 0.2]],
    ['PPO, mean by episode', { aggregation: 'episode' }, -0.423864, [0, -0.1875, 0, 0.113636, 0.25]],
    ['PPO, sum by episode', { aggregation: 'sum' }, -1.635227, [0, -0.5625, 0, 0.227273, 0.5]],
    [
      'GSPO',
      { surrogate: 'gspo', aggregation: 'episode' },
      -0.555813,
      [-0.297638, -0.297638, -0.297638, 0.16855, 0.16855],
    ],
    [
      'GSPO, held by the range',
      { surrogate: 'gspo', aggregation: 'episode', clip: narrow },
      -0.4879,
      [0, 0, 0, 0.16855, 0.16855],
    ],
    ['PPO and k1', kl('k1'), -0.651735, [0.02, -0.205, 0.02, 0.110909, 0.22]],
    ['PPO and k2', kl('k2'), -0.646206, [0.010217, -0.225, 0.002356, 0.077046, 0.203646]],
    ['PPO and k3', kl('k3'), -0.645291, [0.008, -0.225, 0.002222, 0.070909, 0.203333]],
    [
      'GSPO, wider above, and k3',
      { surrogate: 'gspo', clip: { below: 0.1, above: 0.28 }, ...kl('k3') },
      -0.793016,
      [-0.349165, -0.357165, -0.354943, 0.11484, 0.138173],
    ],
  ] satisfies [string, Partial<PolicyObjective>, number, number[]][])('%s', (_, changes, loss, slopes) => {
    const { terms, statistics } = policyObjective(sequences, { ...ppo, ...changes });
    expect(statistics.loss).toBeCloseTo(loss, 6);
    terms.flat().forEach(({ slope }, index) => expect(slope).toBeCloseTo(slopes[index]!, 5));
  });

  it('statistics, by hand', () => {
    // Ratios 5/4, 3/4, 9/5 with advantage 1.5: the first and last are held; 10/11, 2 with −0.5: neither.
    const { statistics } = policyObjective(sequences, ppo);
    expect(statistics).toMatchObject({ decisions: 5, clipFraction: 2 / 5 });
    expect(statistics.smallestRatio).toBeCloseTo(0.75, 12);
    expect(statistics.largestRatio).toBeCloseTo(2, 12);
    const ratios = [5 / 4, 3 / 4, 9 / 5, 10 / 11, 2];
    const divergence = ratios.reduce((sum, ratio) => sum + ratio - 1 - Math.log(ratio), 0) / 5;
    expect(statistics.divergence).toBeCloseTo(divergence, 12);
    const withoutReference = sequences.map(({ referenceLogProbabilities: _, ...rest }) => rest);
    expect(policyObjective(withoutReference, ppo).statistics.referenceDivergence).toBeNull();
  });
});

describe('slopes', () => {
  const logProbability = fc.double({ min: -3, max: -0.01, noNaN: true });
  const decision = fc.tuple(logProbability, logProbability, logProbability);
  const episode = fc.tuple(
    fc.array(decision, { minLength: 1, maxLength: 4 }),
    fc.double({ min: -2, max: 2, noNaN: true }),
  );
  const toSequence = ([decisions, advantage]: [[number, number, number][], number]): DecisionSequence => ({
    logProbabilities: decisions.map(([current]) => current),
    oldLogProbabilities: decisions.map(([, old]) => old),
    referenceLogProbabilities: decisions.map(([, , reference]) => reference),
    advantages: decisions.map(() => advantage),
  });
  const objectives = fc.record({
    surrogate: fc.constantFrom(...(Object.keys(surrogates) as SurrogateName[])),
    clip: fc.constant({ below: 0.2, above: 0.3 }),
    aggregation: fc.constantFrom(...aggregations),
    divergenceWeight: fc.constantFrom(0, 0.2),
    divergence: fc.constantFrom(...(Object.keys(divergences) as DivergenceName[])),
  });

  it('are those that finite differences give', () =>
    fc.assert(
      fc.property(fc.array(episode, { minLength: 1, maxLength: 3 }), objectives, (episodes, objective) => {
        const sequences = episodes.map(toSequence);
        const { terms } = policyObjective(sequences, objective);
        const at = (index: number, place: number, by: number) =>
          policyObjective(
            sequences.map((sequence, other) => {
              if (other !== index) return sequence;
              const moved = sequence.logProbabilities.map((each, at) => (at === place ? each + by : each));
              return { ...sequence, logProbabilities: moved };
            }),
            objective,
          ).statistics;
        sequences.forEach((sequence, index) =>
          sequence.advantages.forEach((_, place) => {
            const [above, below] = [at(index, place, 1e-5), at(index, place, -1e-5)];
            // At the edge of the trusted range there is no slope to compare.
            if (above.clipFraction !== below.clipFraction) return;
            expect(terms[index]![place]!.slope).toBeCloseTo((above.loss - below.loss) / 2e-5, 4);
          }),
        );
      }),
    ));

  it('do not depend on the order of episodes', () =>
    fc.assert(
      fc.property(fc.array(episode, { minLength: 2, maxLength: 4 }), objectives, (episodes, objective) => {
        const sequences = episodes.map(toSequence);
        const { terms, statistics } = policyObjective(sequences, objective);
        const turned = policyObjective([...sequences].reverse(), objective);
        expect([...turned.terms].reverse()).toEqual(terms);
        expect(turned.statistics.loss).toBeCloseTo(statistics.loss, 9);
      }),
    ));
});

describe('divergence estimators', () => {
  const policy = [0.5, 0.2, 0.3];
  const reference = [0.4, 0.4, 0.2];
  const expected = (of: (probability: number, other: number) => number) =>
    policy.reduce(
      (sum, probability, action) => sum + probability * of(Math.log(probability), Math.log(reference[action]!)),
      0,
    );
  const truth = policy.reduce(
    (sum, probability, action) => sum + probability * Math.log(probability / reference[action]!),
    0,
  );

  it.each(['k1', 'k3'] as const)('%s is right on average', (name) => {
    expect(expected((current, other) => divergences[name](current, other).value)).toBeCloseTo(truth, 12);
  });

  it('k3 and k2 are never negative, and all are 0 where the policies agree', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -9, max: 0, noNaN: true }),
        fc.double({ min: -9, max: 0, noNaN: true }),
        (one, other) => {
          expect(divergences.k2(one, other).value).toBeGreaterThanOrEqual(0);
          expect(divergences.k3(one, other).value).toBeGreaterThanOrEqual(-1e-12);
          for (const estimate of Object.values(divergences)) expect(estimate(one, one).value).toBeCloseTo(0, 12);
        },
      ),
    );
  });

  it('the slope of k2 is on average that of the divergence, that of k1 moves nothing', () => {
    // By a score of the softmax: d(log π(a)) / d(score j) = [a = j] − π(j); d(KL) / d(score j) = π(j)(ln(π(j)/ref(j)) − KL).
    for (const [action, probability] of policy.entries()) {
      const slopeBy = (name: DivergenceName) =>
        policy.reduce((sum, chance, drawn) => {
          const { slope } = divergences[name](Math.log(chance), Math.log(reference[drawn]!));
          return sum + chance * slope * ((drawn === action ? 1 : 0) - probability);
        }, 0);
      expect(slopeBy('k2')).toBeCloseTo(probability * (Math.log(probability / reference[action]!) - truth), 12);
      expect(slopeBy('k1')).toBeCloseTo(0, 12);
      // d(KL(ref ‖ π)) / d(score j) = π(j) − ref(j).
      expect(slopeBy('k3')).toBeCloseTo(probability - reference[action]!, 12);
    }
  });
});
