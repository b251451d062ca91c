import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { StopMatcher } from './stop-matcher.js';

function run(stops: readonly string[], pieces: readonly string[]): { text: string; matched: string | null } {
  const matcher = new StopMatcher(stops);
  const text = pieces.map((piece) => matcher.push(piece)).join('') + matcher.flush();
  return { text, matched: matcher.matched };
}

describe('StopMatcher', () => {
  it('ends at a stop text that arrives in pieces, and drops what follows', () => {
    expect(run(['\n\n'], ['one\n', '\ntwo'])).toEqual({ text: 'one', matched: '\n\n' });
    expect(run(['<end>'], ['one<e', 'n', 'd>two', 'three'])).toEqual({ text: 'one', matched: '<end>' });
  });

  it('gives back what only began like a stop text', () => {
    expect(run(['<end>'], ['one<e', 'nough'])).toEqual({ text: 'one<enough', matched: null });
    expect(run(['\n\n'], ['one\n'])).toEqual({ text: 'one\n', matched: null });
  });

  it('holds back no more than could become a stop text', () => {
    expect(new StopMatcher(['\n\n']).push('one\n')).toBe('one');
    expect(new StopMatcher(['\n\n']).push('one')).toBe('one');
  });

  it('takes a blank line at the beginning for no stop', () => {
    expect(run(['\n\n'], ['\n\n', '\n', 'one\n\ntwo'])).toEqual({ text: '\n\n\none', matched: '\n\n' });
  });

  it('finds what a search of the whole text finds, however it is cut', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '\n', ' '), maxLength: 6 });
    const stops = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n'), minLength: 1, maxLength: 4 }), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(stops, fc.array(letters, { maxLength: 12 }), (wanted, pieces) => {
        const whole = pieces.join('');
        const from = /\S/u.exec(whole)?.index ?? whole.length;
        const places = wanted.map((stop) => whole.indexOf(stop, from)).filter((place) => place >= 0);
        const end = Math.min(whole.length, ...places);
        const { text, matched } = run(wanted, pieces);
        expect(text).toBe(whole.slice(0, end));
        expect(matched === null).toBe(places.length === 0);
      }),
      { numRuns: 500 },
    );
  });
});
