import type { FollowerStep } from '../follower.js';
import type { Strategy } from '../strategy.js';
import type { Flaws } from './flaws.js';
import type { FollowerReference } from './follower-conformance.js';
import { areNear, FollowerTrial } from './follower-trial.js';

/** Greedy steps are those of a reference over the same weights, and so are the log-probabilities, where there are any. */
export async function referenceFlaws(
  flaws: Flaws,
  trial: FollowerTrial,
  { follower, tolerance }: FollowerReference,
  questions: readonly string[],
  strategies: readonly Strategy[],
): Promise<void> {
  const { maxTokens } = trial.options();
  const right = new FollowerTrial(follower, maxTokens, tolerance);
  for (const question of questions) {
    const [own, expected] = [
      await trial.write(question, strategies, { temperature: 0 }),
      await right.write(question, strategies, { temperature: 0 }),
    ];
    flaws.expect(own.length === expected.length, `${question}: not as many steps as the reference`);
    for (const [index, step] of own.entries()) {
      const other = expected[index] as FollowerStep | undefined;
      const isSame = step.text === other?.text && step.finish === other.finish;
      flaws.expect(isSame, `step ${index + 1} of ${JSON.stringify(question)} is not the reference's`);
      const isNear = areNear(step.logProbabilities, other?.logProbabilities ?? [], tolerance);
      flaws.expect(isNear, `log-probabilities differ from the reference's by more than ${tolerance}`);
      if (!isSame) break;
    }
  }
}
