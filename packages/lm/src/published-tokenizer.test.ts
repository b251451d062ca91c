import { WeightsError } from '@rsim/core';
import { describe, expect, it } from 'vitest';

import { PublishedTokenizer } from './published-tokenizer.js';

const json = {
  added_tokens: [{ id: 2, content: 'end', special: true, single_word: false }],
  ...{ normalizer: null, pre_tokenizer: null, post_processor: null, decoder: { type: 'ByteLevel' } },
  model: { type: 'BPE', vocab: { a: 0, b: 1 }, merges: [] },
};

describe('PublishedTokenizer', () => {
  it('takes added tokens wherever they stand', () => {
    expect(new PublishedTokenizer(json, {}).encode('aendb', false)).toEqual([0, 2, 1]);
  });

  it('refuses added tokens that count only as words of their own, which the library would take anywhere', () => {
    const [token] = json.added_tokens;
    const worded = { ...json, added_tokens: [{ ...token, single_word: true }] };
    expect(() => new PublishedTokenizer(worded, {})).toThrow(WeightsError);
    expect(() => new PublishedTokenizer(worded, {})).toThrow(
      'The tokenizer.json has the token "end" that counts only as a word of its own (single_word), which is not computed here.',
    );
  });
});
