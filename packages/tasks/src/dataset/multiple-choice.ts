import type { Budget, Verdict } from '@rsim/core';
import { choiceLetter, verifyChoice } from '@rsim/verifiers';
import { answerLine } from './answer-format.js';
import type { DatasetEntry } from './recipe.js';
import { badRow } from './row.js';

export interface ChoiceData {
  readonly options: readonly string[];
  /** Index of the right option. */
  readonly gold: number;
}

export const choiceFormat = answerLine('the letter of the right option alone');

export const choiceBudget: Budget = { steps: 12, tokens: 1024, answerTokens: 32 };

/**
 * A question with its options, one to a line under its letter.
 *
 * @throws ProblemError when the gold index is none of the options.
 */
export function choiceEntry(question: string, { options, gold }: ChoiceData, place: string): DatasetEntry<ChoiceData> {
  if (gold >= options.length) throw badRow(place, `answer: there is no option ${gold + 1}`);
  const lines = options.map((option, index) => `${choiceLetter(index)}. ${option}`);
  return { question: [question, ...lines].join('\n'), answer: choiceLetter(gold), data: { options, gold } };
}

export function verifyChosen({ data }: { readonly data: ChoiceData }, text: string): Verdict {
  const answer = choiceFormat.read(text);
  if (answer === null) return { status: 'unparsed', score: 0, extracted: null };
  return verifyChoice(data.gold, data.options, answer);
}
