import { extractCode } from '@rsim/verifiers';
import { z } from 'zod';
import { judgeTests } from '../code/judge-tests.js';
import { referenceNames, unixLines } from '../code/reference-names.js';
import type { DatasetRecipe } from '../dataset/recipe.js';
import { badRow, parseRow } from '../dataset/row.js';

const lines = z.array(z.string()).default([]);

/** The full set has `text`, the sanitised one `prompt` and `test_imports`. */
const schema = z.object({
  task_id: z.int(),
  text: z.string().optional(),
  prompt: z.string().optional(),
  code: z.string(),
  test_setup_code: z.string().default(''),
  test_imports: lines,
  test_list: z.array(z.string()).min(1),
  challenge_test_list: lines,
});

export interface MbppData {
  readonly imports: string;
  readonly entryPoints: readonly string[];
  readonly tests: string;
  /** Processor time where the usual limit is too short for the reference itself. */
  readonly seconds?: number;
}

/** Task 123 adds up amicable numbers; its reference needs 4 to 9 seconds on the machines it was tried on. */
const slowTasks: Readonly<Record<number, number>> = { 123: 40 };

const code = extractCode('python', 'the whole program');

/** MBPP: a short Python program by a sentence and its tests. */
export const mbpp: DatasetRecipe<MbppData> = {
  name: 'mbpp',
  title: 'MBPP: basic Python programs by a sentence and tests',
  card: {
    domain: 'code',
    size: { train: 374, validation: 90, test: 500 },
    licence: 'CC-BY-4.0',
    origin: 'google-research/mbpp',
  },
  budget: { steps: 6, tokens: 1024, answerTokens: 512 },
  sources: {
    train: 'hf://datasets/google-research-datasets/mbpp/full/train-*.parquet',
    validation: 'hf://datasets/google-research-datasets/mbpp/full/validation-*.parquet',
    test: 'hf://datasets/google-research-datasets/mbpp/full/test-*.parquet',
  },
  format: code,
  entries: (row) => {
    const fields = parseRow(schema, row);
    const text = fields.text ?? fields.prompt;
    if (text === undefined) throw badRow(row.place, 'neither "text" nor "prompt"');
    const reference = unixLines(fields.code);
    const setup = unixLines(fields.test_setup_code);
    const shown = fields.test_list.map(unixLines);
    const tests = [setup, ...shown, ...fields.challenge_test_list.map(unixLines)].join('\n');
    const { imports, entryPoints } = referenceNames(reference, tests);
    const seconds = slowTasks[fields.task_id];
    return [
      {
        question: `${text.trim()}\n\nThe program must pass these tests:\n\n${shown.join('\n')}`,
        answer: reference,
        data: {
          imports: [...fields.test_imports, imports].join('\n'),
          entryPoints,
          tests,
          ...(seconds !== undefined && { seconds }),
        },
      },
    ];
  },
  verify: ({ data: { imports, entryPoints, tests, seconds } }, text) =>
    judgeTests(code.read(text), { setup: imports, entryPoints, tests, seconds }),
};
