import { z } from 'zod';
import { competitionBudget, mathFormat, verifyMath } from '../dataset/math-answer.js';
import type { DatasetRecipe } from '../dataset/recipe.js';
import { parseRow } from '../dataset/row.js';

const schema = z.object({
  problem: z.string().min(1),
  answer: z.union([z.string(), z.number()]).transform(Number).pipe(z.int().min(0).max(999)),
});

/** The American Invitational Mathematics Examination: every answer is a whole number from 000 to 999. */
export const aime: DatasetRecipe<null> = {
  name: 'aime',
  title: 'AIME 2024: invitational examination',
  card: {
    domain: 'mathematics',
    size: { all: 30 },
    licence: 'not stated; problems by the Mathematical Association of America',
    origin: 'AIME I and II of 2024; hf://datasets/HuggingFaceH4/aime_2024',
  },
  budget: competitionBudget,
  sources: { test: 'hf://datasets/HuggingFaceH4/aime_2024/data/train-*.parquet' },
  format: mathFormat,
  entries: (row) => {
    const { problem, answer } = parseRow(schema, row);
    return [{ question: problem, answer: String(answer), data: null }];
  },
  verify: verifyMath,
};
