import type { Verdict } from '@rsim/core';
import { judged, longestAnswer, unparsed, unwrap } from './verdicts.js';

/** A number as people write it. */
export interface Quantity {
  /** The number as written, with its sign. */
  readonly number: number;
  /** What its scale multiplies it by: 1000 for `thousand`, 0.01 for `percent` and `%`, 1 without one. */
  readonly factor: number;
  /** The currency it names, as written, or `null`. */
  readonly currency: string | null;
}

const factors: Readonly<Record<string, number>> = {
  hundred: 1e2,
  ...{ thousand: 1e3, thousands: 1e3, k: 1e3 },
  ...{ million: 1e6, millions: 1e6, mn: 1e6, m: 1e6 },
  ...{ billion: 1e9, billions: 1e9, bn: 1e9, b: 1e9 },
  ...{ trillion: 1e12, trillions: 1e12, tn: 1e12 },
  ...{ percent: 1e-2, 'per cent': 1e-2, '%': 1e-2, '\\%': 1e-2 },
};

const sign = '[+\\-−–]';
const currencies = 'US\\$|US \\$|C\\$|A\\$|\\\\?\\$|€|£|¥|₹|USD|EUR|GBP|RMB|CNY|JPY';
const currencyWords = 'dollars?|US dollars?|euros?|pounds?|yen|yuan|cents?|USD|EUR|GBP|RMB|CNY|JPY|€|£|¥|\\\\?\\$';
const digits = '\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d*)?|\\.\\d+';
const words = Object.keys(factors)
  .sort((left, right) => right.length - left.length)
  .map((word) => word.replace('\\', '\\\\'));

// White space is folded beforehand, and the text is short: nothing here can backtrack for long.
const pattern = new RegExp(
  `^(?<open>\\()? ?(?<before>${sign})? ?(?<currency>${currencies})? ?(?<open2>\\()? ?(?<after>${sign})? ?` +
    `(?<digits>${digits})(?<exponent>[eE]${sign}?\\d{1,3})?(?<close2> ?\\))?` +
    `(?: ?(?<scale>${words.join('|')})(?![A-Za-z]))?(?<close> ?\\))?(?: ?(?<unit>${currencyWords}))?\\.?$`,
  'i',
);

/** Longest text that can be a number. */
const longestQuantity = 100;

/**
 * Reads a number that is all there is in a text: with thousands separators, a sign or the accountant's parentheses, a
 * currency, an exponent, a scale (hundred, thousand, million, billion, trillion, percent). `null` for anything else.
 */
export function readQuantity(text: string): Quantity | null {
  if (text.length > longestQuantity) return null;
  const groups = pattern.exec(text.replace(/\s+/g, ' ').trim())?.groups;
  if (groups === undefined) return null;
  const { before, after, open, open2, close, close2, exponent = '' } = groups;
  const isBracketed = open !== undefined || open2 !== undefined;
  const closed = Number(close !== undefined) + Number(close2 !== undefined);
  if (closed !== Number(open !== undefined) + Number(open2 !== undefined) || closed > 1) return null;
  const signs = [before, after].filter((each) => each !== undefined);
  if (signs.length > 1) return null;
  const size = Number((groups['digits'] ?? '').replaceAll(',', '') + exponent.replace(/[−–]/, '-'));
  if (!Number.isFinite(size)) return null;
  // A bracketed negative is negative: (-5) has its sign twice over, and means -5.
  const isNegative = isBracketed || (signs[0] !== undefined && signs[0] !== '+');
  return {
    number: isNegative ? -size : size,
    factor: factors[groups['scale']?.toLowerCase() ?? ''] ?? 1,
    currency: groups['currency'] ?? groups['unit'] ?? null,
  };
}

export interface NumberTolerance {
  /** Largest difference that counts as equal. */
  readonly absolute?: number;
  /** Largest difference that counts as equal, as a share of the gold number. */
  readonly relative?: number;
}

/**
 * Judges an answer that is one number. Percentages are fractions (`12%` is 0.12) and scales multiply, so that the gold
 * number is meant in units. Equal within rounding of the last of fifteen digits, or within the tolerance.
 */
export function verifyNumber(
  gold: number,
  answer: string,
  { absolute = 0, relative = 0 }: NumberTolerance = {},
): Verdict {
  const bare = unwrap(answer.slice(0, longestAnswer + 1));
  const read = readQuantity(bare);
  if (read === null) return unparsed();
  const difference = Math.abs(read.number * read.factor - gold);
  const allowed = Math.max(absolute, relative * Math.abs(gold), 1e-14 * Math.abs(gold));
  return judged(difference <= allowed, bare);
}
