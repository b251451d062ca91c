import { Random } from '@rsim/core';
import { describe, expect, it } from 'vitest';
import { defaultMixture, writeDocument, type WorkedProblem } from './document.js';
import { drillErrorRates } from './error-rates.js';
import { taxProgram } from './testing/tax-program.js';
import { specialTokens } from './vocabulary.js';

const problem: WorkedProblem = {
  question: 'Table: tax 12, taxi 31. Start with tax. Add 30. Double it. How much is it?',
  data: taxProgram(),
};
const none = { direct: 0, sloppy: 0, tagged: 0, drills: 0, checkingDrills: 0, errors: drillErrorRates };
const write = (kind: keyof typeof none, seed: number) =>
  writeDocument(() => problem, { ...none, [kind]: 1 }, Random.of(seed));
const text = (document: ReturnType<typeof write>) => document.map((segment) => segment.text).join('');

describe('writeDocument', () => {
  it('ends every solution with the answer and the end mark, and uses only known tags', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      for (const kind of ['direct', 'sloppy', 'tagged'] as const) {
        const written = text(write(kind, seed));
        expect(written).toMatch(/^Table.*\n(<\|[a-z-]+\|>[^<\n]+\n)*<\|termination\|>answer: [\d,]+<\|eos\|>$/);
        for (const tag of written.match(/<\|[^|]+\|>/g)!) expect(specialTokens).toContain(tag);
      }
    }
  });

  it('learns no wrong line of a checking drill: only checks, plans and reflections have weight', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const segments = write('checkingDrills', seed);
      segments.forEach((segment, index) => {
        const tag = segments[index - 1]?.text;
        if (tag === '<|continuation|>' || tag === '<|deep-thinking|>') expect(segment.weight).toBe(0);
        if (tag === '<|validation|>') expect(segment.weight).toBe(1);
      });
    }
  });

  it('writes the same document for the same stream, and a mixture of kinds by default', () => {
    const many = Array.from({ length: 300 }, (_, seed) =>
      text(writeDocument(() => problem, defaultMixture, Random.of(seed))),
    );
    expect(text(writeDocument(() => problem, defaultMixture, Random.of(7)))).toBe(many[7]);
    expect(many.filter((each) => each.startsWith('Table')).length).toBeGreaterThan(150);
    expect(many.some((each) => each.startsWith('<|'))).toBe(true);
  });
});
