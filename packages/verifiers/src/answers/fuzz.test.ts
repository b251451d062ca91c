import { Random, type Verdict } from '@rsim/core';
import { describe, expect, it } from 'vitest';
import { verifyChoice } from './choice.js';
import { verifyNumber } from './quantity.js';
import { verifyTableText } from './table-text.js';
import { verifyTruth } from './truth.js';

const pieces = [
  '(',
  ')',
  '((((',
  '$',
  '%',
  ',',
  '.',
  '-',
  '|',
  '\\boxed{',
  '}',
  '{',
  '**',
  '1',
  '9'.repeat(400),
  ' ',
  ' '.repeat(3000),
  '\u0000',
  '💥',
  'A',
  'million',
  'e',
  'NaN',
  '\n',
  '—',
  'x'.repeat(5000),
];

/** Random text, or a right answer with up to six random edits. */
function strangeAnswer(right: string, random: Random): string {
  if (random.next() < 0.3) return Array.from({ length: random.integer(0, 30) }, () => random.pick(pieces)).join('');
  let text = right;
  for (let edits = random.integer(1, 6); edits > 0; edits -= 1) {
    const at = random.integer(0, text.length);
    text = text.slice(0, at) + (random.next() < 0.6 ? random.pick(pieces) : '') + text.slice(at + random.integer(0, 2));
  }
  return text;
}

const options = ['4 m', 'None of these', '6%', '(7)'];
const span = { parts: ['1,496.5', 'fixed-price type'], scale: 'million', isComputed: false };
const verifiers: [string, string, (answer: string) => Verdict][] = [
  ['verifyChoice', 'B) None of these', (answer) => verifyChoice(1, options, answer)],
  ['verifyNumber', '$(1,234.5) million', (answer) => verifyNumber(-1.2345e9, answer, { relative: 0.01 })],
  ['verifyTableText', '1,496.5 million | fixed-price type million', (answer) => verifyTableText(span, answer)],
  ['verifyTruth', '\\boxed{True}', (answer) => verifyTruth(true, answer)],
];

describe.each(verifiers)('%s', (name, right, verify) => {
  it('judges 10 000 random and changed answers, each at once', () => {
    const random = Random.of(1, name);
    expect(verify(right).status).toBe('correct');
    let slowest = 0;
    for (let count = 0; count < 10_000; count += 1) {
      const answer = strangeAnswer(right, random);
      const started = performance.now();
      const { status, score } = verify(answer);
      slowest = Math.max(slowest, performance.now() - started);
      if (score === null || !(score >= 0 && score <= 1) || (status === 'correct' && score !== 1)) {
        expect.fail(`${JSON.stringify(answer)}: ${status}, ${String(score)}`);
      }
    }
    expect(slowest).toBeLessThan(2000);
  });
});
