import type { Follower } from '../follower.js';
import type { StrategySet } from '../strategy.js';
import { terminalStrategy } from '../strategy-set.js';
import { Flaws } from './flaws.js';
import { abortFlaws, heldFlaws, overflowFlaws, specialTokenFlaws, useSessions } from './follower-limit-flaws.js';
import { referenceFlaws } from './follower-reference-flaws.js';
import { forkFlaws, newTokenFlaws, sideBySideFlaws } from './follower-session-flaws.js';
import { FollowerTrial } from './follower-trial.js';

export interface FollowerConformance {
  readonly strategySet: StrategySet;
  /** A few questions of the kind the follower can read; at least two. */
  readonly questions: readonly string[];
  /** Tokens a step of the suite may cost; enough for every injection. 48 by default. */
  readonly maxTokens?: number;
  /** Largest difference of log-probabilities that batching may make; 1e-3 by default. */
  readonly tolerance?: number;
  /** Another follower over the same weights, whose greedy steps are taken for right. */
  readonly reference?: FollowerReference;
  /** Tokens evaluated so far, all sessions together; then it is counted that each of a conversation's is evaluated once. */
  evaluated?(): number | Promise<number>;
  /** Tokens that the follower can read; then it is tried what happens beyond. */
  readonly contextTokens?: number;
  /** Special tokens as text, such as `<|eos|>`; then it is tried that a question cannot smuggle them in. */
  readonly specialTokens?: readonly string[];
  /** What ends a step and so is never within its text, such as a line feed. */
  readonly stopMarks?: readonly string[];
  /** How often sessions are opened, used and disposed of; 200 by default. */
  readonly disposals?: number;
  /**
   * What the follower holds for its sessions: rows of a cache, sequences, slots of a server. Then it is tried that all of it is
   * given back, by sessions that end well and by those that do not.
   */
  held?(): number | Promise<number>;
}

export interface FollowerReference {
  readonly follower: Follower;
  /** Largest difference of log-probabilities that the adapter states. */
  readonly tolerance: number;
}

/**
 * What every follower must do, tried on this one: keep to budgets, repeat itself under the same seed, take no notice of
 * who runs beside it, read a step's new tokens only, fork, stop where it should, refuse what it cannot read, and give back what
 * it holds; and, beside a reference over the same weights, write the same text.
 *
 * @returns one sentence for each flaw; empty when there is none.
 */
export async function followerFlaws(follower: Follower, suite: FollowerConformance): Promise<string[]> {
  const { questions, strategySet, maxTokens = 48, tolerance = 1e-3 } = suite;
  const { specialTokens = [], stopMarks = [], disposals = 200 } = suite;
  const flaws = new Flaws();
  const trial = new FollowerTrial(follower, maxTokens, tolerance);
  const held = suite.held?.bind(suite) ?? null;
  const heldBefore = (await held?.()) ?? 0;
  const [first = '', second = ''] = questions;
  const opening = strategySet.strategies.filter(({ terminal }) => !terminal).slice(0, 2);
  const terminal = terminalStrategy(strategySet);

  flaws.expect(follower.name !== '', 'it has no name');
  for (const strategy of [...strategySet.strategies, null]) {
    await flaws.part(`a step under ${strategy?.id ?? 'no strategy'}`, async () => {
      const [step] = await trial.write(first, [strategy]);
      if (strategy !== null) flaws.expect(step?.strategy === strategy.id, 'a step does not name its strategy');
      flaws.expect(step?.logProbabilities.every((value) => value <= 0) === true, 'a log-probability is above 0');
      flaws.expect(isWhole(step?.text ?? ''), 'a text holds half a character');
      const isStopped = strategy?.terminal === true || !stopMarks.some((mark) => step?.text.includes(mark));
      flaws.expect(isStopped, 'a text goes on after its stop mark');
    });
  }
  for (const tokens of [1, 2, 8]) {
    await flaws.part(`a step of ${tokens} tokens`, async () => {
      await trial.write(first, [opening[0] ?? null], { maxTokens: tokens });
    });
  }
  await flaws.part('repeating under the same seed', async () => {
    const isRepeated = trial.agree(await trial.write(first, opening), await trial.write(first, opening));
    flaws.expect(isRepeated, 'the same seed does not give the same steps');
  });
  await flaws.part('running side by side', () => sideBySideFlaws(flaws, trial, [first, second], opening));
  const evaluated = suite.evaluated?.bind(suite) ?? null;
  await flaws.part('taking steps', () => newTokenFlaws(flaws, trial, first, opening, evaluated));
  await flaws.part('forking', () => forkFlaws(flaws, trial, first, opening, terminal));
  await flaws.part('aborting', () => abortFlaws(flaws, trial, [first, second], opening));
  for (const token of specialTokens) {
    await flaws.part(`a question with ${token}`, () => specialTokenFlaws(flaws, trial, first, token, opening));
  }
  const { contextTokens, reference } = suite;
  if (contextTokens !== undefined) {
    await flaws.part('overflowing', () => overflowFlaws(flaws, trial, first, opening, contextTokens));
  }
  if (reference !== undefined) {
    await flaws.part('beside the reference', () =>
      referenceFlaws(flaws, trial, reference, questions, [...opening, terminal]),
    );
  }
  if (held) await flaws.part('ending', () => heldFlaws(flaws, held, heldBefore, 'what was tried'));
  await flaws.part('disposing', () => useSessions(trial, first, opening, disposals));
  if (held) await flaws.part('ending', () => heldFlaws(flaws, held, heldBefore, `${disposals} sessions disposed of`));
  return flaws.found;
}

function isWhole(text: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text);
}
