import type { Verdict } from '@rsim/core';
import { judged, longestAnswer, unparsed, unwrap } from './verdicts.js';

/** `A`, `B`, … as multiple-choice questions name their options. */
export function choiceLetter(index: number): string {
  return String.fromCharCode(65 + index);
}

/**
 * Judges an answer to a multiple-choice question: a letter (`C`, `(c)`, `Option C.`), a letter with its option's text
 * (`C) 4 m`), or the text of one option. A letter with the text of another option is wrong, and so are several letters.
 *
 * @param gold index of the right option.
 * @param options texts of the options, ten at most in the benchmarks and 26 here.
 */
export function verifyChoice(gold: number, options: readonly string[], answer: string): Verdict {
  const bare = unwrap(answer.slice(0, longestAnswer));
  const chosen = chosenOption(bare, options);
  return chosen === null ? unparsed() : judged(chosen === gold, bare);
}

/** Index of the option that is meant; -1 when several, or one that is not there; `null` when no choice can be read. */
function chosenOption(answer: string, options: readonly string[]): number | null {
  const texts = options.map(folded);
  const alone = /^(?:(?:the )?(?:correct )?(?:answer|option|choice)(?: is)?:? *)?[([]?([a-z])[)\]]?\.?$/i.exec(
    answer,
  )?.[1];
  if (alone !== undefined) return indexOf(alone, options);
  const whole = meant(texts, answer);
  if (whole !== null) return whole;
  const [, bracketed, marked, rest] =
    /^(?:(?:option|choice) )?(?:[([]([A-Z])[)\]]|([A-Z])\s?[).:,\u2013-])(.*)$/is.exec(answer) ?? [];
  const letter = bracketed ?? marked;
  if (letter === undefined || rest === undefined) return null;
  const index = indexOf(letter, options);
  const said = meant(texts, rest.replace(/^[).:,\u2013\s-]+/, ''));
  if (said !== null) return said === index ? index : -1;
  // "A, B", "(A) and (C)": more than one.
  return /^[\s).:,-]*(?:and |or |& |\/ ?)?[([]?[A-Z][)\].,]*(?:\s|$)/.test(rest) ? -1 : index;
}

/** Index of the one option with this text; `null` when there is none, or more than one. */
function meant(texts: readonly string[], answer: string): number | null {
  const text = folded(answer);
  const index = texts.indexOf(text);
  return text === '' || index < 0 || texts.indexOf(text, index + 1) >= 0 ? null : index;
}

function indexOf(letter: string, options: readonly string[]): number {
  const index = letter.toUpperCase().charCodeAt(0) - 65;
  return index < options.length ? index : -1;
}

/** Text as a reader compares it: case, white space, emphasis and a full stop at the end do not matter. */
function folded(text: string): string {
  return text.replace(/[*$]/g, '').replace(/\s+/g, ' ').trim().replace(/\.$/, '').toLowerCase();
}
