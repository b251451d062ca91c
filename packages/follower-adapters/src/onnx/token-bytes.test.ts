import { describe, expect, it } from 'vitest';

import { alphabetOf, bytesOfToken } from './token-bytes.js';
import { decodeTokens, packTokens } from './token-table.js';

describe('tokens as bytes', () => {
  it("reads GPT-2's letters and SentencePiece's", () => {
    expect(Buffer.from(bytesOfToken('byte-level', 'ĠnaÃ¯veĊ')).toString()).toBe(' naïve\n');
    expect(Buffer.from(bytesOfToken('metaspace', '▁naïve')).toString()).toBe(' naïve');
    expect([...bytesOfToken('metaspace', '<0xE2>')]).toEqual([0xe2]);
  });

  it('knows the alphabet by the decoder', () => {
    expect(alphabetOf({ type: 'ByteLevel' })).toBe('byte-level');
    const llama = { type: 'Sequence', decoders: [{ type: 'Replace' }, { type: 'ByteFallback' }, { type: 'Fuse' }] };
    expect(alphabetOf(llama)).toBe('metaspace');
    expect(alphabetOf({ type: 'WordPiece' })).toBeNull();
    expect(alphabetOf(null)).toBeNull();
  });

  it('puts characters together that tokens split, and says nothing for ids that are none', () => {
    const table = packTokens(['a', '€', ''].map((text) => Buffer.from(text)));
    expect(decodeTokens(table, [0, 1, 2, 9])).toBe('a€');
    const split = packTokens([Uint8Array.of(0xe2, 0x82), Uint8Array.of(0xac)]);
    expect(decodeTokens(split, [0, 1])).toBe('€');
    expect(decodeTokens(split, [0])).toBe('\uFFFD');
  });
});
