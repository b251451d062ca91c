import { z } from 'zod';
import { mathFormat, schoolBudget, verifyMath } from '../dataset/math-answer.js';
import type { DatasetRecipe } from '../dataset/recipe.js';
import { parseRow } from '../dataset/row.js';

const schema = z.object({
  Body: z.string().min(1),
  Question: z.string().min(1),
  /** `145.0`, as a number or a text. */
  Answer: z.union([z.number(), z.string()]).transform(Number).pipe(z.number()),
});

/** Elementary word problems with varied structure (Patel et al. 2021, arXiv 2103.07191). */
export const svamp: DatasetRecipe<null> = {
  name: 'svamp',
  title: 'SVAMP: elementary word problems, varied',
  card: {
    domain: 'mathematics',
    size: { train: 700, test: 300 },
    licence: 'MIT',
    origin: 'arkilpatel/SVAMP; hf://datasets/ChilleD/SVAMP',
  },
  budget: schoolBudget,
  sources: {
    train: 'hf://datasets/ChilleD/SVAMP/data/train-*.parquet',
    test: 'hf://datasets/ChilleD/SVAMP/data/test-*.parquet',
  },
  format: mathFormat,
  entries: (row) => {
    const { Body: body, Question: question, Answer: answer } = parseRow(schema, row);
    const ended = /[.!?,]$/.test(body.trim()) ? body.trim() : `${body.trim()}.`;
    return [{ question: `${ended} ${question.trim()}`, answer: String(answer), data: null }];
  },
  verify: verifyMath,
};
