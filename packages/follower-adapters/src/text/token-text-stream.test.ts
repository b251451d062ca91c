import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { TokenTextStream } from './token-text-stream.js';

/** A vocabulary of the 256 bytes. */
const decode = (tokens: readonly number[]): string => Buffer.from(tokens).toString('utf8');

describe('TokenTextStream', () => {
  it('holds a character back until all of its bytes are there', () => {
    const stream = new TokenTextStream(decode);
    expect([...Buffer.from('aé€😀')].map((byte) => stream.push(byte))).toEqual([
      ...['a', '', 'é', '', '', '€', '', '', '', '😀'],
    ]);
    expect(stream.flush()).toBe('');
  });

  it('gives out a broken character at the end', () => {
    const stream = new TokenTextStream(decode);
    expect([0x61, 0xe2, 0x82].map((byte) => stream.push(byte)).join('')).toBe('a');
    expect(stream.flush()).toBe('\uFFFD');
  });

  it('gives what decoding everything at once gives, of any bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
          fc.uint8Array(),
        ),
        (bytes) => {
          const stream = new TokenTextStream(decode);
          const text = Array.from(bytes, (byte) => stream.push(byte)).join('') + stream.flush();
          expect(text).toBe(Buffer.from(bytes).toString('utf8'));
        },
      ),
      { numRuns: 150 },
    );
  });
});
