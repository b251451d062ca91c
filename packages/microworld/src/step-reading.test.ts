import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Program } from './program.js';
import { judgeStep, readValueLine, statedValues } from './step-reading.js';

const program: Program = {
  facts: [{ name: 'tax', value: 12 }],
  twins: {},
  items: [
    {
      name: 'a',
      operation: 'add',
      arguments: [
        { kind: 'fact', name: 'tax' },
        { kind: 'literal', value: 30 },
      ],
    },
    {
      name: 'b',
      operation: 'add',
      arguments: [
        { kind: 'item', name: 'a' },
        { kind: 'literal', value: 1 },
      ],
    },
  ],
};

describe('readValueLine', () => {
  it.each([
    ['continuation', 'a=tax 12+30=42', { name: 'a', value: 42, hedged: false }],
    ['continuation', 'a=tax 12+30=about 40', { name: 'a', value: 40, hedged: true }],
    ['deep-thinking', 'b=42*2 (40*2=80,2*2=4,80+4=84)=84', { name: 'b', value: 84, hedged: false }],
    ['validation', 'a:tax 12+30=42 wrong', { name: 'a', value: 42, hedged: false }],
    ['continuation', 'c=reverse 3,1=maybe 1,3', { name: 'c', value: [1, 3], hedged: true }],
  ])('%s: %s', (strategy, text, expected) => {
    expect(readValueLine({ strategy, text })).toEqual(expected);
  });

  it.each([
    ['self-reflection', 'a=1=1'],
    ['continuation', 'a='],
    ['validation', 'a=tax 12+30=42'],
    [null, 'a=tax 12+30=42'],
  ])('reads nothing from %s: %s', (strategy, text) => {
    expect(readValueLine({ strategy, text })).toBeNull();
  });
});

describe('judgeStep', () => {
  it('charges an error to the line that made it, not to those that inherit it', () => {
    const steps = [
      { strategy: 'continuation', text: 'a=tax 12+30=52' },
      { strategy: 'continuation', text: 'b=52+1=53' },
      { strategy: 'validation', text: 'a:tax 12+30=42 wrong' },
      { strategy: 'continuation', text: 'b=42+1=44' },
      { strategy: 'continuation', text: 'z=1=1' },
      { strategy: 'summarization', text: 'so far a=42' },
    ];
    expect(steps.map((_, index) => judgeStep(program, steps, index))).toEqual([
      'wrong',
      'right',
      'right',
      'wrong',
      'wrong',
      null,
    ]);
    expect(statedValues(steps).get('b')).toBe(44);
  });

  it('never throws on any text', () => {
    const kinds = fc.constantFrom('continuation', 'deep-thinking', 'validation', 'self-reflection', null);
    const step = fc.record({
      strategy: kinds,
      text: fc.oneof(fc.string(), fc.stringMatching(/^[ab][=:][\d+=, a-z]{0,20}$/)),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
        for (let index = 0; index < steps.length; index += 1) {
          expect(['right', 'wrong', null]).toContain(judgeStep(program, steps, index));
        }
      }),
    );
  });
});
