import type { Verdict } from '@rsim/core';
import { judged, longestAnswer, unparsed, unwrap } from './verdicts.js';

const words: Readonly<Record<string, boolean>> = { true: true, yes: true, false: false, no: false };

/** Judges an answer that is `true`, `false`, `yes` or `no`, in any case; anything else is `unparsed`. */
export function verifyTruth(gold: boolean, answer: string): Verdict {
  const bare = unwrap(answer.slice(0, longestAnswer));
  const word = bare.toLowerCase().replace(/[.!]$/, '');
  const read = Object.hasOwn(words, word) ? words[word] : undefined;
  return read === undefined ? unparsed() : judged(read === gold, bare);
}
