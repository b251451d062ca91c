import type { Verdict } from '@rsim/core';
import { answersEqual } from './answers-equal.js';
import { WorkLimit } from './expression.js';
import { defaultPlaces, extractAnswer, type AnswerPlace } from './extract-answer.js';
import { normalAnswer, readAnswer } from './read-answer.js';

export interface MathTask {
  /** The gold answer, LaTeX or plain. */
  readonly answer: string;
  /** What the model wrote. */
  readonly text: string;
  /** Where in the text its answer is looked for, in this order. */
  readonly places?: readonly AnswerPlace[];
}

/**
 * Grades a mathematical answer: extracted, normalised, then compared by structure, exactly, and at last numerically at
 * several points. Never throws. What is too large to compare within the limits is a `timeout`, never a wrong answer.
 */
export function gradeMath({ answer, text, places = defaultPlaces }: MathTask): Verdict {
  const extracted = extractAnswer(text, places);
  if (extracted === null) return { status: 'unparsed', score: 0, extracted: null };
  try {
    const correct = mathEquivalent(answer, extracted);
    return { status: correct ? 'correct' : 'wrong', score: correct ? 1 : 0, extracted };
  } catch (thrown) {
    if (thrown instanceof WorkLimit) return { status: 'timeout', score: null, extracted };
    throw thrown;
  }
}

/**
 * Whether two answers are the same mathematically. Symmetric; an empty text equals nothing.
 *
 * @throws WorkLimit when one of them is too large to be compared.
 */
export function mathEquivalent(one: string, other: string): boolean {
  const [a, b] = [normalAnswer(one), normalAnswer(other)];
  if (a === '' || b === '') return false;
  if (a === b) return true;
  const [read, readOther] = [readAnswer(a), readAnswer(b)];
  return read !== null && readOther !== null && answersEqual(read, readOther);
}
