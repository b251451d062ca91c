import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WorkLimit } from './expression.js';
import { extractAnswer } from './extract-answer.js';
import { gradeMath, mathEquivalent } from './grade-math.js';
import { equalPairs } from './testing/equal-pairs.js';
import { differentPairs } from './testing/different-pairs.js';

const answers = [equalPairs, differentPairs]
  .flatMap((pairs) => Object.values(pairs).flat(2))
  .filter((each) => each !== '');

describe('where the answer is', () => {
  test.each([
    ['So $\\boxed{1}$, no, \\boxed{\\frac{1}{2}}.', '\\frac{1}{2}'],
    ['\\boxed{\\{1, \\frac{2}{3}\\}}', '\\{1, \\frac{2}{3}\\}'],
    ['\\fbox{7}', '7'],
    ['\\boxed{1 \\text{ or } \\boxed{2}}', '2'],
    ['\\boxed{unbalanced and then 5', '5'],
    ['She has 5 + 6 = 11.\n#### 1,234', '1,234'],
    ['The answer is 12. It was easy.', '12'],
    ['The final answer is: $\\frac{3}{4}$.', '$\\frac{3}{4}$'],
    ['**Answer:** 3.5 apples', '3.5 apples'],
    ['We get $x = 2$ and so\nit is $y=3$', 'y=3'],
    ['first 12,\nthen 1,300 of them', '1,300'],
    ['42', '42'],
  ])('%s', (text, answer) => {
    expect(extractAnswer(text)).toBe(answer);
  });

  test('an empty text has none', () => {
    expect(extractAnswer('')).toBeNull();
    expect(gradeMath({ answer: '1', text: ' \n ' })).toEqual({ status: 'unparsed', score: 0, extracted: null });
  });

  test('only the places that are asked for count', () => {
    expect(extractAnswer('The answer is 5.', ['boxed'])).toBeNull();
    expect(gradeMath({ answer: '5', text: 'The answer is 6. \\boxed{5}', places: ['phrase'] }).status).toBe('wrong');
  });
});

describe('properties', () => {
  const answer = fc.constantFrom(...answers);

  test('an answer equals itself, in a box and with blanks around it', () => {
    fc.assert(
      fc.property(answer, (text) => {
        expect(gradeMath({ answer: text, text: `Thus \\boxed{ ${text} }` }).status).toBe('correct');
      }),
    );
  });

  test('equality has no direction', () => {
    fc.assert(
      fc.property(answer, answer, (one, other) => mathEquivalent(one, other) === mathEquivalent(other, one)),
      {
        numRuns: 500,
      },
    );
  });

  test('a number is no other number', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e6, max: 1e6 }),
        fc.integer({ min: 1, max: 999 }),
        fc.integer(),
        (top, bottom, other) => {
          expect(mathEquivalent(`\\frac{${top}}{${bottom}}`, `${3 * top}/${3 * bottom}`)).toBe(true);
          if (top !== other * bottom) expect(mathEquivalent(`\\frac{${top}}{${bottom}}`, String(other))).toBe(false);
        },
      ),
    );
  });

  test('any text gets a verdict, soon', () => {
    const piece = fc.constantFrom(
      ...answers,
      '\\frac{',
      '}',
      '{',
      '(',
      '|',
      '^',
      '_',
      '\\sqrt',
      '!',
      '\\left(',
      '[',
      '&',
      '\\\\',
      ',',
      '=',
      '9'.repeat(40),
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc
        .tuple(answer, fc.nat(60), fc.string({ maxLength: 3 }))
        .map(([t, at, put]) => t.slice(0, at) + put + t.slice(at + 1)),
    );
    fc.assert(
      fc.property(answer, text, (gold, written) => {
        const began = performance.now();
        const { status } = gradeMath({ answer: gold, text: `\\boxed{${written}}` });
        expect(['correct', 'wrong', 'unparsed', 'timeout']).toContain(status);
        expect(performance.now() - began).toBeLessThan(2000);
      }),
      { numRuns: Number(process.env['RSIM_FUZZ_RUNS'] ?? 1500) },
    );
  });
});

test.each([
  ['bars', '|'.repeat(200)],
  ['braces', '{'.repeat(500)],
  ['parentheses', '('.repeat(900) + ')'.repeat(900)],
  ['power tower', '9^{9^{9^{9^{9^{9}}}}}'],
  ['a large factorial', '(10^{9})!'],
  ['a large binomial', '\\binom{10^8}{10^7}'],
  ['a large power', '7^{10^{12}}'],
  ['nested fractions', '\\frac{1}{'.repeat(200) + '2' + '}'.repeat(200)],
  ['nested roots', '\\sqrt{'.repeat(39) + '2' + '}'.repeat(39)],
  ['a long sum', Array.from({ length: 400 }, (_, index) => `x^{${index}}`).join('+')],
  ['a long list', Array.from({ length: 300 }, (_, index) => String(index)).join(', ')],
  ['a long number', '7'.repeat(1900)],
  ['a sum over everything', '\\sum_{k=1}^{10^{30}} \\frac{1}{k!}'],
  ['backslashes', '\\'.repeat(1500)],
  ['subscripts', 'a_'.repeat(700)],
  ['primes', "f'".repeat(700)],
])('%s cannot hang it', (_, text) => {
  const began = performance.now();
  for (const [gold, written] of [
    [text, `${text} + 1`],
    ['5', text],
    [text, '5'],
  ] as const) {
    expect(gradeMath({ answer: gold, text: `\\boxed{${written}}` }).status).not.toBe('correct');
  }
  expect(performance.now() - began).toBeLessThan(2000);
});

test('what is too large to compare is a verdict of its own', () => {
  const verdict = gradeMath({ answer: '5', text: `\\boxed{${'('.repeat(60)}5${')'.repeat(60)}}` });
  expect(verdict).toMatchObject({ status: 'timeout', score: null });
  expect(() => mathEquivalent('5', '9'.repeat(2001))).toThrow(WorkLimit);
});

test('the table in the documentation is true', () => {
  const page = readFileSync(new URL('../../../../docs/verifiers/math.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(.+?)`\s+\| `(.+?)`\s+\| (correct|wrong)\s+\|$/gm)];
  expect(rows.length).toBeGreaterThan(15);
  for (const [, gold = '', answer = '', verdict] of rows) {
    expect(`${gold} ${answer} ${gradeMath({ answer: gold, text: `\\boxed{${answer}}` }).status}`).toBe(
      `${gold} ${answer} ${verdict}`,
    );
  }
});
