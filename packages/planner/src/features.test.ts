import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeatureExtractor, tokensOf } from './features.js';
import { questionSegments } from './segment.js';

describe('questionSegments', () => {
  it('splits after full stops and question marks and at line breaks, but not inside numbers', () => {
    const question = 'Tax is 3.5 %. What is left?\nrow a: 5\n\nrow b: 7';
    expect(questionSegments(question).map(({ text }) => text)).toEqual([
      'Tax is 3.5 %.',
      'What is left?',
      'row a: 5',
      'row b: 7',
    ]);
  });

  it('gives something for any text, and loses no visible character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (question) => {
        const segments = questionSegments(question);
        expect(segments.length).toBeGreaterThan(0);
        const visible = (text: string) => text.replace(/\s/gu, '');
        expect(visible(segments.map(({ text }) => text).join(''))).toBe(visible(question));
      }),
    );
  });
});

describe('tokensOf', () => {
  it('keeps words and punctuation, and of numbers the number of digits', () => {
    expect(tokensOf({ strategy: null, text: 'Apples = 12+345, ok?' })).toEqual([
      'apples',
      '=',
      '#2',
      '+',
      '#3',
      ',',
      'ok',
      '?',
    ]);
  });

  it('puts the strategy first', () => {
    expect(tokensOf({ strategy: 'validation', text: 'ok' })).toEqual(['<validation>', 'ok']);
  });
});

describe('FeatureExtractor', () => {
  const extractor = new FeatureExtractor(4096);

  it('gives 3n − 3 buckets for n tokens, and tells their order apart', () => {
    const forward = extractor.of({ strategy: null, text: 'a b c d' });
    const backward = extractor.of({ strategy: null, text: 'd c b a' });
    expect(forward).toHaveLength(9);
    const sorted = (features: Int32Array) => [...features].sort();
    expect(sorted(forward)).not.toEqual(sorted(backward));
  });

  it('sees how long a number is and no more', () => {
    const of = (text: string) => extractor.of({ strategy: null, text });
    expect(of('left 17')).toEqual(of('left 93'));
    expect(of('left 17')).not.toEqual(of('left 170'));
  });

  it('gives the same array for the same text, and valid buckets for any', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.option(fc.string()), (text, strategy) => {
        const features = extractor.of({ strategy, text });
        expect(extractor.of({ strategy, text })).toBe(features);
        expect(features.every((bucket) => bucket >= 0 && bucket < 4096)).toBe(true);
      }),
    );
  });

  it('spreads texts over the buckets', () => {
    const used = new Set<number>();
    for (let index = 0; index < 4096; index += 1) {
      const word = index.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)]!);
      used.add(extractor.of({ strategy: null, text: word })[0]!);
    }
    // 4096 balls in 4096 urns leave 1/e of them empty.
    expect(used.size).toBeGreaterThan(2400);
  });
});
