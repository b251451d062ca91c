import { extractAnswer } from '@rsim/verifiers';
import { z } from 'zod';
import { competitionBudget, mathFormat, verifyMath } from '../dataset/math-answer.js';
import type { DatasetRecipe } from '../dataset/recipe.js';
import { badRow, parseRow } from '../dataset/row.js';

const schema = z.object({
  problem: z.string().min(1),
  solution: z.string(),
  /** MATH-500 has it; in MATH it stands in the solution's box. */
  answer: z.string().optional(),
  /** A number, or `Level 3`; a few rows have `Level ?`. */
  level: z.union([z.int(), z.string()]),
});

const hardest = 5;

/** Competition mathematics (Hendrycks et al. 2021, arXiv 2103.03874), in the formats of MATH and MATH-500. */
export const math: DatasetRecipe<null> = {
  name: 'math',
  title: 'MATH: competition mathematics of five levels',
  card: {
    domain: 'mathematics',
    size: { train: 7500, test: 500 },
    licence: 'MIT',
    origin: 'hendrycks/math and the test split of openai/prm800k; hf://datasets/HuggingFaceH4/MATH-500',
  },
  budget: competitionBudget,
  sources: {
    train: 'hf://datasets/EleutherAI/hendrycks_math/*/train-*.parquet',
    test: 'hf://datasets/HuggingFaceH4/MATH-500/test.jsonl',
  },
  format: mathFormat,
  entries: (row) => {
    const { problem, solution, answer = extractAnswer(solution, ['boxed']), level } = parseRow(schema, row);
    if (!answer) throw badRow(row.place, 'solution: it has no \\boxed{} answer');
    const digit = Number(/[1-5]/.exec(String(level))?.[0] ?? hardest);
    return [{ question: problem, answer, level: digit, solution, data: null }];
  },
  verify: verifyMath,
};
