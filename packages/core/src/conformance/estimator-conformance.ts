import type { AdvantageEstimator, EpisodeTerms } from '../advantage-estimator.js';
import { Flaws, isSame } from './flaws.js';

/**
 * What every advantage estimator must do, tried on this one: answer in the layout it was asked in, with finite numbers and
 * with `null` for episodes that cannot be compared; prefer the better of two episodes; repeat itself, leave its input
 * alone, and not mind groups that are empty, alone or all alike.
 *
 * @returns one sentence for each flaw; empty when there is none.
 */
export async function estimatorFlaws(estimator: AdvantageEstimator): Promise<string[]> {
  const flaws = new Flaws();
  flaws.expect(estimator.name !== '', 'it has no name');
  for (const [what, groups] of Object.entries(sampleBatches())) {
    await flaws.part(what, () => {
      const before = JSON.stringify(groups);
      const answer = creditOf(estimator, groups);
      flaws.expect(JSON.stringify(groups) === before, `${what}: it changes its input`);
      flaws.expect(isSame(creditOf(estimator, groups), answer), `${what}: it does not repeat itself`);
      const lengths = (batch: readonly (readonly unknown[])[]) => batch.map(({ length }) => length);
      flaws.expect(isSame(lengths(answer), lengths(groups)), `${what}: its answer has another layout`);
      groups.forEach((group, place) =>
        group.forEach((terms, member) => {
          const numbers = answer[place]?.[member] ?? null;
          if (terms === null) flaws.expect(numbers === null, `${what}: it judges an episode that cannot be compared`);
          flaws.expect(numbers?.every(Number.isFinite) ?? true, `${what}: an advantage is no finite number`);
        }),
      );
    });
  }
  await flaws.part('two episodes', () => {
    const [[better, worse] = []] = creditOf(estimator, [[termsOf(1), termsOf(0)]]);
    const isPreferred = better && worse ? better.at(-1)! > worse.at(-1)! : false;
    flaws.expect(isPreferred, 'two episodes: the better one has no larger advantage');
  });
  return flaws.found;
}

function termsOf(...scores: readonly number[]): EpisodeTerms {
  return scores.map((score, rule) => ({ name: `rule-${rule}`, score, weight: 1 }));
}

function sampleBatches(): Record<string, EpisodeTerms[][]> {
  return {
    'an empty batch': [],
    'an empty group': [[], [termsOf(1), termsOf(0)]],
    'a single episode': [[termsOf(1)]],
    'rewards all alike': [[termsOf(0.3), termsOf(0.3), termsOf(0.3)]],
    'episodes without rewards': [
      [termsOf(1, 0), null, termsOf(0, 0)],
      [null, null],
    ],
    'several rewards': [
      [termsOf(1, -200), termsOf(0, -100), termsOf(1, -50), termsOf(0, 0)],
      [termsOf(0, -1e-7), termsOf(0, 0)],
    ],
  };
}

/** Advantages of each episode's decisions: one for an estimator by episode, two for one by step, which has two values. */
function creditOf(
  estimator: AdvantageEstimator,
  groups: readonly (readonly EpisodeTerms[])[],
): (readonly number[] | null)[][] {
  if (estimator.level === 'episode') {
    return estimator
      .advantages(groups)
      .map((group) => group.map((advantage) => (advantage === null ? null : [advantage])));
  }
  const valued = groups.map((group) => group.map((terms) => ({ terms, values: [0.25, 0.5] })));
  return estimator.credit(valued).map((group) =>
    group.map((credit) => {
      if (credit === null) return null;
      const isWhole = credit.advantages.length === 2 && credit.valueTargets.length === 2;
      return isWhole ? [...credit.valueTargets, ...credit.advantages] : [NaN];
    }),
  );
}
