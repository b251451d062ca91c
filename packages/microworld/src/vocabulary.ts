import { defaultStrategies } from '@rsim/core';

/** Special tokens, in the order of their ids: padding, begin, end, then one tag per strategy. */
export const specialTokens: readonly string[] = [
  '<|pad|>',
  '<|bos|>',
  '<|eos|>',
  ...defaultStrategies.strategies.map(({ id }) => `<|${id}|>`),
];

export const tagOf = (strategy: string): string => `<|${strategy}|>`;

/** Cuts text as GPT-2 does: words and numbers with the space before them, runs of punctuation, white space. */
const pieces = / ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** Pieces of several characters that are words, i.e. worth a token of their own; numbers and signs are spelled out. */
export function wordsOf(text: string): string[] {
  return (text.match(pieces) ?? []).filter((piece) => piece.length > 1 && /^ ?\p{L}+$/u.test(piece));
}

/** Number of tokens an embedded follower needs for this text (every word it was trained on is one token). */
export function countTokens(text: string): number {
  let count = 0;
  for (const piece of text.match(pieces) ?? []) count += /^ ?\p{L}+$/u.test(piece) ? 1 : piece.length;
  return count;
}
