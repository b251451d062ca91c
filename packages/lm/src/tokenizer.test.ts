import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';
import { FollowerError, WeightsError } from '@rsim/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { SPECIAL_TOKENS } from './special-tokens.js';
import { buildTokenizerJson } from './tokenizer-json.js';
import { Tokenizer } from './tokenizer.js';

const words = ['Tom', ' Tom', ' has', ' apples', ' =', ' ok', '.', ' answer', ':', '.\n', ' '];
const json = buildTokenizerJson(words);
const tokenizer = new Tokenizer(json);

/** Texts of what the corpus has (words, digits, tags) and of what it has not. */
const asciiText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...words, ...SPECIAL_TOKENS, "'s", "'LL", '  ', '\n\n', '<|', '|>'),
      fc.string({ unit: 'grapheme-ascii', maxLength: 6 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

describe('Tokenizer', () => {
  it('gives back any ASCII text exactly', () => {
    fc.assert(
      fc.property(asciiText, (text) => {
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('gives the ids of the Hugging Face library', () => {
    const library = new LibraryTokenizer(json, {});
    fc.assert(
      fc.property(asciiText, (text) => {
        expect(tokenizer.encode(text)).toEqual(library.encode(text).ids);
      }),
      { numRuns: 500 },
    );
  });

  it('gives special tokens the ids of their order, one each', () => {
    SPECIAL_TOKENS.forEach((token, id) => {
      expect(tokenizer.encode(token)).toEqual([id]);
      expect(tokenizer.idOf(token)).toBe(id);
    });
    expect(tokenizer.idOf('.')).toBeUndefined();
  });

  it('keeps words whole and lets numbers and unknown words fall apart', () => {
    const texts = tokenizer.encode('Tom has 60 pears = ok.\n').map((id) => tokenizer.decode([id]));
    expect(texts.slice(0, 5)).toEqual(['Tom', ' has', ' ', '6', '0']);
    expect(texts.slice(5, 11)).toEqual([' ', 'p', 'e', 'a', 'r', 's']);
    expect(texts.slice(11)).toEqual([' =', ' ok', '.', '\n']);
  });

  it('drops repeated words and single characters from the list', () => {
    const withoutRepeats = new Tokenizer(buildTokenizerJson([' a', 'b']));
    expect(new Tokenizer(buildTokenizerJson([' a', ' a', 'b', '.'])).vocabularySize).toBe(
      withoutRepeats.vocabularySize,
    );
  });

  it('refuses characters it has no token for', () => {
    expect(() => tokenizer.encode('caf\u00e9')).toThrow(FollowerError);
    expect(() => tokenizer.encode('tab\there')).toThrow(FollowerError);
  });

  it.each([
    ['null', null],
    ['an empty object', {}],
    ['a gap in the ids', { ...json, model: { ...json.model, vocab: { ...json.model.vocab, x1: 9999 } } }],
    ['merges', { ...json, model: { ...json.model, merges: [['a', 'b']] } }],
    [
      'special tokens in another order',
      {
        ...json,
        added_tokens: json.added_tokens
          .slice()
          .reverse()
          .map((t, id) => ({ ...t, id })),
      },
    ],
  ])('refuses %s with a WeightsError', (_, broken) => {
    expect(() => new Tokenizer(broken)).toThrow(WeightsError);
  });
});
