import type { Budget, Verdict } from '@rsim/core';
import { extractAnswer, gradeMath, type AnswerPlace } from '@rsim/verifiers';
import type { AnswerFormat } from './answer-format.js';

/** Where an answer may stand: the box that is asked for, else what is plainly said to be the answer. */
const places: readonly AnswerPlace[] = ['boxed', 'hash', 'phrase', 'whole'];

/** `\boxed{…}`, as the benchmarks of mathematics have it. */
export const mathFormat: AnswerFormat = {
  instruction: 'Reason step by step, and put the final answer in \\boxed{}.',
  write: (answer) => `\\boxed{${answer}}`,
  read: (text) => extractAnswer(text, places),
};

/** Judges a final text by mathematical equivalence with the gold answer. */
export function verifyMath({ answer }: { readonly answer: string }, text: string): Verdict {
  return gradeMath({ answer, text, places });
}

/** Room for the reasoning of a language model on school problems. */
export const schoolBudget: Budget = { steps: 16, tokens: 1024, answerTokens: 64 };

/** Room for competition problems. */
export const competitionBudget: Budget = { steps: 24, tokens: 4096, answerTokens: 128 };
