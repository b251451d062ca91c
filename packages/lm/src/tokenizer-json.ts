import { z } from 'zod';

import { SPECIAL_TOKENS } from './special-tokens.js';

/** The characters every text may fall back to: printable ASCII and the line feed. */
export const FALLBACK_CHARACTERS: readonly string[] = [
  '\n',
  ...Array.from({ length: 127 - 32 }, (_, index) => String.fromCharCode(32 + index)),
];

const byteLevelSchema = z.object({
  type: z.literal('ByteLevel'),
  add_prefix_space: z.literal(false),
  trim_offsets: z.boolean(),
  use_regex: z.boolean(),
});

/**
 * A tokenizer.json in the Hugging Face format, as far as the embedded followers use it: special tokens first, then a BPE
 * without merges over GPT-2's pre-tokens (the ByteLevel pre-tokenizer's own pattern), which keep words and signs apart: `=tax` is
 * two of them.
 */
export const tokenizerJsonSchema = z.looseObject({
  version: z.literal('1.0'),
  truncation: z.null(),
  padding: z.null(),
  added_tokens: z
    .array(
      z.object({
        id: z.int().nonnegative(),
        content: z.string().min(1),
        single_word: z.literal(false),
        lstrip: z.literal(false),
        rstrip: z.literal(false),
        normalized: z.literal(false),
        special: z.literal(true),
      }),
    )
    .refine(
      (tokens) =>
        tokens.length === SPECIAL_TOKENS.length && tokens.every(({ content, id }) => SPECIAL_TOKENS[id] === content),
      `must be ${SPECIAL_TOKENS.join(' ')} in this order`,
    ),
  normalizer: z.null(),
  pre_tokenizer: byteLevelSchema,
  post_processor: z.null(),
  decoder: byteLevelSchema,
  model: z.looseObject({
    type: z.literal('BPE'),
    ignore_merges: z.literal(true),
    merges: z.array(z.never()),
    vocab: z
      .record(z.string(), z.int().nonnegative())
      .refine(hasContiguousIds, 'ids must be 0, 1, 2, … without gaps')
      .refine(
        (vocab) => SPECIAL_TOKENS.every((token, id) => vocab[token] === id),
        'must begin with the special tokens',
      ),
  }),
});

export type TokenizerJson = z.infer<typeof tokenizerJsonSchema>;

function hasContiguousIds(vocab: Record<string, number>): boolean {
  const ids = Object.values(vocab).sort((left, right) => left - right);
  return ids.every((id, index) => id === index);
}

/** GPT-2's byte-level alphabet for the characters in use: printable ASCII stands for itself, space is Ġ, line feed Ċ. */
function toByteLevel(text: string): string {
  return text.replaceAll(' ', 'Ġ').replaceAll('\n', 'Ċ');
}

/**
 * Builds a vocabulary of special tokens (ids from 0), single characters and then `words` in their order, as a BPE
 * without merges: a pre-token that is a word becomes one token (`ignore_merges`), anything else falls apart into
 * characters. Words repeat the space before them (`" apples"`); repeated words and single characters are dropped.
 */
export function buildTokenizerJson(words: readonly string[]): TokenizerJson {
  const tokens = new Set([...SPECIAL_TOKENS, ...[...FALLBACK_CHARACTERS, ...words].map(toByteLevel)]);
  const vocab = Object.fromEntries([...tokens].map((token, id) => [token, id]));
  const byteLevel = {
    type: 'ByteLevel',
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: true,
  } as const;
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL_TOKENS.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: true,
      vocab,
      merges: [],
    },
  };
}
