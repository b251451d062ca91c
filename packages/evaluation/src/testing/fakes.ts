import { contentKey, splitOf, type Follower, type Problem, type StrategySet, type TaskSuite } from '@rsim/core';

/** A three-letter action space. */
export const strategySet: StrategySet = {
  name: 'tiny',
  strategies: [
    { id: 'continuation', title: 'Continuation', prompt: 'Go on.', terminal: false },
    { id: 'validation', title: 'Validation', prompt: 'Check.', terminal: false },
    { id: 'termination', title: 'Termination', prompt: 'Answer.', terminal: true },
  ],
};

/** A suite whose answer is always `yes`; all its problems are of `splits`, those it is asked for by default. */
export function fakeSuite(name: string, splits?: (asked: string) => string): TaskSuite {
  return {
    name,
    title: name,
    domain: 'test',
    levels: [1],
    budget: { steps: 4, tokens: 40, answerTokens: 4 },
    *problems({ split, seed }) {
      const wanted = splits?.(split) ?? split;
      for (let number = 0; ; number += 1) {
        const question = `${name} ${seed} ${number}?`;
        const key = contentKey(name, question);
        if (splitOf(key) === wanted) yield fakeProblem(name, question, key);
      }
    },
    verify: (_, text) => ({
      status: text === 'yes' ? 'correct' : 'wrong',
      score: text === 'yes' ? 1 : 0,
      extracted: text,
    }),
    goldText: () => 'yes',
  };
}

function fakeProblem(suite: string, question: string, key: string): Problem {
  return { key, suite, level: 1, question, answer: 'yes', data: null };
}

/**
 * Writes `good` or `bad` at a continuation (bad where the step's seed says so), mends the last step at a validation,
 * and answers `yes` when it wrote something and the last of it is good. Unguided it goes on twice and answers.
 */
export function fakeFollower(name = 'fake', options: { fails?: (question: string) => boolean } = {}): Follower {
  const tokensOf = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
  return {
    name,
    parameters: 1_500_000,
    open: async (question) => {
      const session = (past: readonly string[]) => {
        const written = [...past];
        return {
          step: async (strategy: { id: string } | null, { seed }: { seed: number }) => {
            if (options.fails?.(question)) throw new Error('out of ink');
            const chosen = strategy?.id ?? (written.length < 2 ? 'continuation' : 'termination');
            const text = write(chosen, written, seed);
            written.push(text);
            const tokens = tokensOf(text);
            return {
              text,
              tokens,
              logProbabilities: tokens.map(() => -0.1),
              finish: chosen === 'termination' ? ('answer' as const) : ('stop' as const),
              strategy: chosen,
              usage: { promptTokens: 1, budgetTokens: tokens.length + 1 },
            };
          },
          fork: async () => session(written),
          [Symbol.asyncDispose]: async () => undefined,
        };
      };
      return session([]);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function write(strategy: string, written: readonly string[], seed: number): string {
  if (strategy === 'termination') return written.at(-1) === 'good' ? 'yes' : 'no';
  if (strategy === 'validation') return written.length > 0 ? 'good' : 'bad';
  return seed % 2 === 0 ? 'good' : 'bad';
}
