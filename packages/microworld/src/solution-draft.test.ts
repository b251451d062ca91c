import { Random } from '@rsim/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { corpusErrorRates, type ErrorRates } from './error-rates.js';
import { formatValue, sameValue } from './operation.js';
import { solve, type Program } from './program.js';
import { SolutionDraft, type StepKind } from './solution-draft.js';
import { judgeStep, type WrittenStep } from './step-reading.js';
import { taxProgram } from './testing/tax-program.js';

const noErrors: ErrorRates = {
  misread: 0,
  misreadValidating: 0,
  guess: 0,
  slipHard: 0,
  slipEasy: 0,
  slipCareful: 0,
  slipValidating: 0,
  misjudge: 0,
};

const program = taxProgram();

function writeAll(kinds: readonly StepKind[], rates: ErrorRates, seed = 1): string[] {
  const draft = new SolutionDraft(program, rates);
  const random = Random.of(seed);
  return kinds.map((kind) => draft.write(kind, random));
}

describe('SolutionDraft', () => {
  it('writes each strategy so that a reader recognises it', () => {
    expect(
      writeAll(
        [
          'decomposition',
          'prioritization',
          'continuation',
          'validation',
          'self-reflection',
          'sub-planning',
          'deep-thinking',
          'summarization',
          'termination',
        ],
        noErrors,
      ),
    ).toEqual([
      'a=tax+30, b=a*2',
      'next a=tax 12+30',
      'a=tax 12+30=42',
      'a:tax 12+30=42 ok',
      'looks fine',
      'split b: 40*2, 2*2, 80+4',
      'b=42*2 (40*2=80,2*2=4,80+4=84)=84',
      'so far a=42, b=84',
      'answer: 84',
    ]);
  });

  it('misreads the look-alike fact, and validation puts it right and makes what rests on it stale', () => {
    const rates = { ...noErrors, misread: 1 };
    expect(writeAll(['continuation', 'self-reflection', 'validation', 'continuation'], rates)).toEqual([
      'a=tax 31+30=61',
      'a may misread tax',
      'a:tax 12+30=42 wrong',
      'b=42*2=84',
    ]);
    const draft = new SolutionDraft(program, rates);
    const random = Random.of(1);
    draft.write('continuation', random);
    draft.write('continuation', random);
    expect(draft.next()).toBeNull();
    draft.write('validation', random);
    expect(draft.finalValue).toEqual(122);
    draft.overwrite('a', 42);
    expect(draft.next()?.name).toBe('b');
  });

  it('hedges a guess, and self-reflection names it', () => {
    expect(writeAll(['continuation', 'self-reflection'], { ...noErrors, guess: 1 })).toEqual([
      'a=tax 12+30=about 40',
      'a is a guess',
    ]);
  });

  it('solves without errors under any order of applicable strategies', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), (seed, length) => {
        const draft = new SolutionDraft(program, noErrors);
        const random = Random.of(seed);
        for (let count = 0; count < length; count += 1) draft.write(random.pick(draft.applicable()), random);
        while (draft.next()) draft.write('continuation', random);
        return sameValue(draft.finalValue!, 84);
      }),
    );
  });

  it('writes lines that the judge reads exactly: wrong if and only if the value is', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const draft = new SolutionDraft(program, corpusErrorRates);
        const random = Random.of(seed);
        const steps: WrittenStep[] = [];
        for (let count = 0; count < 6; count += 1) {
          const strategy = random.pick(draft.applicable());
          const next = draft.next();
          steps.push({ strategy, text: draft.write(strategy, random) });
          if ((strategy === 'continuation' || strategy === 'deep-thinking') && next) {
            expect(judgeStep(program, steps, count)).toBe(draft.isWrong(next.name) ? 'wrong' : 'right');
          }
        }
      }),
    );
  });
});

describe('solve', () => {
  it('gives every value, and null where an operation does not apply', () => {
    expect([...solve(program)!].map(([name, value]) => `${name}=${formatValue(value)}`)).toEqual(['a=42', 'b=84']);
    const impossible: Program = {
      ...program,
      items: [
        {
          name: 'a',
          operation: 'subtract',
          arguments: [
            { kind: 'literal', value: 1 },
            { kind: 'literal', value: 2 },
          ],
        },
      ],
    };
    expect(solve(impossible)).toBeNull();
  });
});
