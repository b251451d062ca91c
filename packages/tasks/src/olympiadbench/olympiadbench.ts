import { readQuantity } from '@rsim/verifiers';
import { z } from 'zod';
import { competitionBudget, mathFormat, verifyMath } from '../dataset/math-answer.js';
import type { DatasetRecipe } from '../dataset/recipe.js';
import { parseRow } from '../dataset/row.js';

const schema = z.object({
  question: z.string().min(1),
  context: z.string().nullish(),
  final_answer: z.array(z.string().min(1)).min(1),
  is_multiple_answer: z.boolean().default(false),
  unit: z.string().nullish(),
  /** Largest absolute difference that counts as right. */
  error: z.string().nullish(),
});

interface OlympiadData {
  /** Largest absolute difference from the gold number, 0 where none is allowed. */
  readonly tolerance: number;
}

/** Olympiad problems with a final answer, text only, English (He et al. 2024, arXiv 2402.14008). */
export const olympiadbench: DatasetRecipe<OlympiadData> = {
  name: 'olympiadbench',
  title: 'OlympiadBench: olympiad mathematics with final answers',
  card: {
    domain: 'mathematics',
    size: { all: 675 },
    licence: 'MIT',
    origin: 'OpenBMB/OlympiadBench (OE_TO_maths_en_COMP); hf://datasets/Hothan/OlympiadBench',
  },
  budget: competitionBudget,
  sources: { all: 'hf://datasets/Hothan/OlympiadBench/OlympiadBench/OE_TO_maths_en_COMP/*.parquet' },
  format: mathFormat,
  entries: (row) => {
    const {
      question,
      context,
      final_answer: answers,
      is_multiple_answer: several,
      unit,
      error,
    } = parseRow(schema, row);
    const notes = [several ? 'Separate several answers by commas.' : '', unit ? `Give the answer in ${unit}.` : ''];
    const asked = [context ?? '', question, ...notes].filter((part) => part !== '').join('\n\n');
    // The box has its own mathematics mode.
    const answer = answers.map((part) => part.replaceAll('$', '').trim()).join(', ');
    return [{ question: asked, answer, data: { tolerance: Number(error ?? 0) || 0 } }];
  },
  verify: (entry, text) => {
    const verdict = verifyMath(entry, text);
    const { tolerance } = entry.data;
    if (tolerance === 0 || verdict.status !== 'wrong' || verdict.extracted === null) return verdict;
    const [gold, given] = [readQuantity(entry.answer), readQuantity(verdict.extracted)];
    const isNear = gold !== null && given !== null && Math.abs(given.number - gold.number) <= tolerance;
    return isNear ? { ...verdict, status: 'correct', score: 1 } : verdict;
  },
};
