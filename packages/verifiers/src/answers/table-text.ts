import type { Verdict } from '@rsim/core';
import { readQuantity } from './quantity.js';
import { normalisedWords, wordF1 } from './text-overlap.js';
import { judged, longestAnswer, unparsed, unwrap } from './verdicts.js';

/** A gold answer of TAT-QA. */
export interface TableTextAnswer {
  /** One or more spans or numbers, in any order. */
  readonly parts: readonly string[];
  /** `thousand`, `million`, `billion`, `percent`, or empty. */
  readonly scale: string;
  /** Whether the answer was computed or counted; then there is no partial credit. */
  readonly isComputed: boolean;
}

/** What stands between the parts of an answer. */
export const partSeparator = ' | ';

/** The answer as text: every part with the scale, unless it has one of its own. */
export function writeTableText({ parts, scale }: Pick<TableTextAnswer, 'parts' | 'scale'>): string {
  return parts.map((part) => withScale(part, scale)).join(partSeparator);
}

/**
 * Judges an answer as TAT-QA does (Zhu et al. 2021, arXiv 2105.07624, section 5, and its published evaluation): exact match
 * of numbers at their scale, two decimals of what is written, and of normalised text; partial credit by word F1, none for
 * what was computed or counted. A number without a scale also counts at its own value, so that 0.2222 is 22.22 percent.
 * Stricter than the published one in three things: a sign counts, (1,234) is negative, and a number is all there is, not the first one found.
 */
export function verifyTableText(gold: TableTextAnswer, answer: string): Verdict {
  const bare = unwrap(answer.slice(0, longestAnswer));
  const given = bare
    .split('|')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (given.length === 0 || answer.length > longestAnswer) return unparsed();
  const goldText = comparable(gold.parts.map((part) => withScale(part, gold.scale)).map(valueText));
  const readings = [comparable(given.map(valueText))];
  const [first] = given;
  if (given.length === 1 && first !== undefined) readings.push(comparable([plainValueText(first)]));
  const isCorrect = readings.some((reading) => sameWords(reading, goldText));
  if (isCorrect || gold.isComputed) return judged(isCorrect, bare);
  return judged(false, bare, Math.max(...readings.map((reading) => wordF1(goldText, reading))));
}

function withScale(part: string, scale: string): string {
  const quantity = readQuantity(part);
  return scale === '' || (quantity !== null && quantity.factor !== 1) ? part : `${part} ${scale}`;
}

/** A number at its scale, with two decimals of what is written; any other text as it is. */
function valueText(part: string): string {
  const quantity = readQuantity(part);
  return quantity === null ? part : (rounded(quantity.number, 2) * quantity.factor).toFixed(4);
}

function plainValueText(part: string): string {
  const quantity = readQuantity(part);
  return quantity === null || quantity.factor !== 1 ? valueText(part) : rounded(quantity.number, 4).toFixed(4);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** Parts in an order of their own, so that theirs does not matter. */
function comparable(parts: readonly string[]): string {
  return parts
    .map((part) => part.trim())
    .sort((left, right) => (left.toLowerCase() < right.toLowerCase() ? -1 : 1))
    .join(' ');
}

function sameWords(one: string, other: string): boolean {
  const words = normalisedWords(one);
  return words.length > 0 && words.join(' ') === normalisedWords(other).join(' ');
}
