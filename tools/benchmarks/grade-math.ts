/**
 * How many mathematical answers a core grades in a second: every pair of the tests, and gold against gold with one blank more,
 * so that each answer is read and compared, not found to be the same text. `RSIM_DATASETS` adds the published gold answers.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gradeMath } from '@rsim/verifiers';

const seconds = 3;

/** @param tasks graded over and over for the time that is set. */
function rate(name: string, tasks: readonly { readonly answer: string; readonly text: string }[]): void {
  for (const task of tasks.slice(0, 200)) gradeMath(task);
  const began = performance.now();
  let graded = 0;
  while (performance.now() - began < 1000 * seconds) {
    for (const task of tasks) gradeMath(task);
    graded += tasks.length;
  }
  console.log(
    `${name}: ${Math.round((1000 * graded) / (performance.now() - began))} answers/s (${tasks.length} different ones)`,
  );
}

const goldAgainstGold = (answers: readonly string[]) =>
  answers.map((answer) => ({ answer, text: `\\boxed{0+${answer}}` }));
const numbers = Array.from({ length: 500 }, (_, index) => String(37 * index + 5));
const formulas = numbers.map((value, index) => `\\frac{${value}\\sqrt{${(index % 7) + 2}}+x}{${index + 2}}`);

rate(
  'numbers, word for word',
  numbers.map((answer) => ({ answer, text: `The answer is ${answer}.` })),
);
rate('numbers, computed', goldAgainstGold(numbers));
rate('formulas with an unknown, computed', goldAgainstGold(formulas));
const folder = process.env['RSIM_DATASETS'] ?? '';
const file = join(folder, 'math500/test.jsonl');
if (folder !== '' && existsSync(file)) {
  const rows = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { answer: string });
  rate(
    'MATH-500, gold against gold',
    rows.map(({ answer }) => ({ answer, text: `So it is $\\boxed{${answer}}$.` })),
  );
  rate(
    'MATH-500, gold against gold, read and compared',
    rows.map(({ answer }) => ({ answer, text: `\\boxed{${answer.replace(/(.)$/, '$1 ')}{}}` })),
  );
} else console.log('MATH-500 left out: RSIM_DATASETS does not name a folder that has math500/test.jsonl');
