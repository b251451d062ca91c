import { BOS_TOKEN, EOS_TOKEN, PAD_TOKEN, SPECIAL_TOKENS } from '../special-tokens.js';
import type { GgufValue } from './gguf-file.js';

const NORMAL = 1;
const CONTROL = 3;
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];

/**
 * The tokenizer as llama.cpp's `gpt2` BPE with the pre-tokenizer `llama-bpe`, the one that, as ours, takes a pre-token that
 * is in the vocabulary whole. That pre-tokenizer keeps one sign before a word with the word (`=tax`), where ours parts
 * them; so the words that stand without a space get merges, which apply within what is not in the vocabulary.
 *
 * Texts come back as they were. Ids differ where a word stands after a space and the vocabulary has it without one only (we
 * spell it, llama.cpp takes space and word), and after an apostrophe before a capital (`'Tom`).
 *
 * @param tokens the vocabulary in the order of its ids, in the byte-level alphabet
 * @param chatTemplate a Jinja template
 */
export function ggufTokenizer(tokens: readonly string[], chatTemplate: string): ReadonlyMap<string, GgufValue> {
  const idOf = (token: string): GgufValue => ({ type: 'uint32', value: SPECIAL_TOKENS.indexOf(token) });
  const types = tokens.map((token) => (SPECIAL_TOKENS.includes(token) ? CONTROL : NORMAL));
  return new Map<string, GgufValue>([
    ['tokenizer.ggml.model', { type: 'string', value: 'gpt2' }],
    ['tokenizer.ggml.pre', { type: 'string', value: 'llama-bpe' }],
    ['tokenizer.ggml.tokens', { type: 'strings', value: tokens }],
    ['tokenizer.ggml.token_type', { type: 'int32s', value: types }],
    ['tokenizer.ggml.merges', { type: 'strings', value: wordMerges(tokens) }],
    ['tokenizer.ggml.bos_token_id', idOf(BOS_TOKEN)],
    ['tokenizer.ggml.eos_token_id', idOf(EOS_TOKEN)],
    ['tokenizer.ggml.padding_token_id', idOf(PAD_TOKEN)],
    // Every document the model was trained on begins with the mark, also where nobody writes it into the prompt.
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: true }],
    ['tokenizer.ggml.add_eos_token', { type: 'bool', value: false }],
    ['tokenizer.chat_template', { type: 'string', value: chatTemplate }],
  ]);
}

/**
 * Merges that build each word without a space letter by letter, and then merges of such a word with whatever letters stand
 * beside it. The results of the latter are not in the vocabulary, and llama.cpp writes such a piece letter by letter: that is
 * how a longer word that only contains a known one (`taxes`) falls apart as it does here. Never with the space: in such a
 * piece llama.cpp would lose it.
 */
export function wordMerges(tokens: readonly string[]): string[] {
  const words = tokens.filter((token) => /^[A-Za-z]{2,}$/.test(token));
  const beginnings = new Set<string>();
  for (const word of words) {
    for (let length = 3; length <= word.length; length += 1) beginnings.add(word.slice(0, length));
  }
  // The longer a beginning, the earlier it grows: a word that has begun is finished before anything begins within it.
  for (const pair of orderedPairs(words)) beginnings.add(pair);
  const building = [...beginnings].map((beginning) => `${beginning.slice(0, -1)} ${beginning.slice(-1)}`);
  const neighbours = [...LETTERS, ...beginnings];
  const parting = words.flatMap((word) => neighbours.flatMap((beside) => [`${word} ${beside}`, `${beside} ${word}`]));
  return [...new Set([...building, ...parting])];
}

/** The first two letters of each word, so ordered that a word's own come before those of others that it holds further in. */
function orderedPairs(words: readonly string[]): string[] {
  const pairs = new Set(words.map((word) => word.slice(0, 2)));
  const later = new Map([...pairs].map((pair) => [pair, new Set<string>()]));
  for (const word of words) {
    for (let start = 1; start < word.length - 1; start += 1) {
      const inner = word.slice(start, start + 2);
      if (pairs.has(inner)) later.get(word.slice(0, 2))?.add(inner);
    }
  }
  const visited = new Set<string>();
  const ordered: string[] = [];
  const visit = (pair: string): void => {
    if (visited.has(pair)) return;
    visited.add(pair);
    for (const inner of later.get(pair) ?? []) visit(inner);
    ordered.unshift(pair);
  };
  for (const pair of pairs) visit(pair);
  return ordered;
}
