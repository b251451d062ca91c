import { describe, expect, it } from 'vitest';
import { datasetFlaws, problemOf, verdictOn } from '../testing/dataset-flaws.js';
import { gsm8k } from './gsm8k.js';

const rows = [
  { question: 'Ann packs 3 boxes of 4 eggs. How many eggs?', answer: 'She packs 3*4 = <<3*4=12>>12 eggs.\n#### 12' },
  {
    question: 'A town has 2 schools of 600 pupils. How many pupils?',
    answer: '2*600 = <<2*600=1200>>1,200\n#### 1,200',
  },
  { question: 'Bo had 5 euros and spent 8. What is his balance?', answer: '5-8 = <<5-8=-3>>-3\n#### -3' },
];

describe('gsm8k', () => {
  it('conforms to the port', async () => {
    expect(await datasetFlaws(gsm8k, rows)).toEqual([]);
  });

  it('reads the gold answer after the hashes, without separators', () => {
    expect(rows.map((row) => problemOf(gsm8k, row).answer)).toEqual(['12', '1200', '-3']);
    expect(gsm8k.entries({ value: rows[0], place: '' })[0]?.solution).toBe('She packs 3*4 = 12 eggs.');
  });

  it.each([
    ['So \\boxed{1200}', 'correct'],
    ['\\boxed{1,200 pupils}', 'correct'],
    ['#### 1200', 'correct'],
    ['The answer is $1,200$.', 'correct'],
    ['\\boxed{12}', 'wrong'],
    ['\\boxed{1200} or rather \\boxed{1201}', 'wrong'],
    ['', 'unparsed'],
  ])('judges %j: %s', async (text, status) => {
    expect((await verdictOn(gsm8k, rows[1], text)).status).toBe(status);
  });

  it('names a row without an answer', () => {
    expect(() => problemOf(gsm8k, { question: 'How many?', answer: 'It is 3.' })).toThrow(
      'rows.jsonl, line 1: answer: nothing follows "####"',
    );
  });
});
