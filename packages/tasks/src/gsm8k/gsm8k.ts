import { z } from 'zod';
import { mathFormat, schoolBudget, verifyMath } from '../dataset/math-answer.js';
import type { DatasetRecipe } from '../dataset/recipe.js';
import { badRow, parseRow } from '../dataset/row.js';

const schema = z.object({ question: z.string().min(1), answer: z.string() });

/** Grade-school word problems (Cobbe et al. 2021, arXiv 2110.14168); the gold answer follows `####` in the solution. */
export const gsm8k: DatasetRecipe<null> = {
  name: 'gsm8k',
  title: 'GSM8K: grade-school word problems',
  card: {
    domain: 'mathematics',
    size: { train: 7473, test: 1319 },
    licence: 'MIT',
    origin: 'openai/grade-school-math; hf://datasets/openai/gsm8k',
  },
  budget: schoolBudget,
  sources: {
    train: 'hf://datasets/openai/gsm8k/main/train-*.parquet',
    test: 'hf://datasets/openai/gsm8k/main/test-*.parquet',
  },
  format: mathFormat,
  entries: (row) => {
    const { question, answer } = parseRow(schema, row);
    const [working, gold] = answer.split('####');
    const number = gold?.trim().replaceAll(',', '');
    if (working === undefined || !number) throw badRow(row.place, 'answer: nothing follows "####"');
    // Calculator annotations, <<48/2=24>>, are no part of the text.
    return [{ question, answer: number, solution: working.replace(/<<[^>]*>>/g, '').trim(), data: null }];
  },
  verify: verifyMath,
};
