import { FollowerError } from './errors.js';
import type { FollowerStep } from './follower.js';

const finishes: readonly string[] = ['stop', 'answer', 'length'] satisfies readonly FollowerStep['finish'][];

/**
 * Takes a follower at its word only after checking it: budgets are what makes policies comparable, so a step that
 * overspends is an error, not a longer step.
 *
 * @throws FollowerError with the code `follower-contract`, naming what was broken.
 */
export function checkStep(follower: string, step: FollowerStep, maxTokens: number): FollowerStep {
  const { text, tokens, logProbabilities, finish, usage } = step;
  const broken = (what: string): FollowerError =>
    new FollowerError(`follower "${follower}" ${what}`, {
      code: 'follower-contract',
      remedy: "Correct the follower's adapter; the conformance suite shows what is expected of it.",
    });
  if (typeof text !== 'string') throw broken('returned a step whose text is not a string');
  if (!finishes.includes(finish))
    throw broken(`ended a step with "${String(finish)}", not with ${finishes.join(', ')}`);
  if (logProbabilities.length !== 0 && logProbabilities.length !== tokens.length) {
    throw broken(`gave ${logProbabilities.length} log-probabilities for ${tokens.length} tokens`);
  }
  if (!Number.isInteger(usage.budgetTokens) || usage.budgetTokens < 0) {
    throw broken(`counted ${usage.budgetTokens} tokens against the budget`);
  }
  if (usage.budgetTokens > maxTokens) {
    throw broken(`spent ${usage.budgetTokens} tokens on a step that had ${maxTokens}`);
  }
  return step;
}
