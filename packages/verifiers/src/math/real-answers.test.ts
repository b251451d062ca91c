/**
 * Gold answers as people wrote them, graded against themselves. The datasets are not part of the repository: name a folder that
 * holds them in RSIM_DATASETS (`gsm8k/test.jsonl`, `math500/test.jsonl`, …).
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gradeMath } from './grade-math.js';

const folder = process.env['RSIM_DATASETS'] ?? '';

/** File, and how a row of it says its answers. */
const datasets: readonly (readonly [string, (row: Record<string, unknown>) => readonly string[]])[] = [
  ['gsm8k/test.jsonl', ({ answer }) => [String(answer).split('####').at(-1)?.trim() ?? '']],
  ['math500/test.jsonl', ({ answer }) => [String(answer)]],
  ['aime24/test.jsonl', ({ answer, Answer }) => [String(answer ?? Answer)]],
  ['svamp/test.jsonl', ({ answer, Answer }) => [String(answer ?? Answer)]],
  ['olympiadbench/test.jsonl', ({ final_answer }) => (Array.isArray(final_answer) ? final_answer.map(String) : [])],
  ['theoremqa/theoremqa_test.json', ({ Answer }) => [JSON.stringify(Answer)]],
];

describe('gold answers in a box are right', () => {
  for (const [file, answersOf] of datasets) {
    const path = join(folder, file);
    const missing = folder === '' || !existsSync(path);
    test.skipIf(missing)(`${file}${missing ? ' (skipped: RSIM_DATASETS does not hold it)' : ''}`, () => {
      const text = readFileSync(path, 'utf8');
      const rows: Record<string, unknown>[] = file.endsWith('.json')
        ? JSON.parse(text)
        : text
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as Record<string, unknown>);
      const answers = rows.flatMap(answersOf).filter((answer) => answer !== '');
      const refused = answers.filter((answer) => {
        // A blank more changes the text and not the meaning, so that the answers are read, not just found to be alike.
        const verdict = gradeMath({
          answer,
          text: `So the answer is $\\boxed{${answer.replace(/(\d)([-+])/g, '$1 $2')} }$.`,
        });
        return verdict.status !== 'correct';
      });
      expect(answers.length).toBeGreaterThan(0);
      expect(refused).toEqual([]);
    });
  }
});
