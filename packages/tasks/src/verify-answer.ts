import type { Verdict } from '@rsim/core';

/** Longest text in which an answer is looked for; what comes after is not read. */
const longestText = 2000;

/**
 * Judges `answer: 42` or `answer: 3,1,4` against the gold answer: the last such phrase counts, white space around the
 * values is ignored, leading zeros are not. Anything else is `unparsed`.
 */
export function verifyAnswer(gold: string, text: string): Verdict {
  const phrases = [...text.slice(0, longestText).matchAll(/answer:\s*(\d{1,9}(?:\s*,\s*\d{1,9})*)(?![\d.])/g)];
  const extracted = phrases.at(-1)?.[1]?.replace(/\s/g, '') ?? null;
  if (extracted === null) return { status: 'unparsed', score: 0, extracted };
  const correct = extracted === gold;
  return { status: correct ? 'correct' : 'wrong', score: correct ? 1 : 0, extracted };
}
