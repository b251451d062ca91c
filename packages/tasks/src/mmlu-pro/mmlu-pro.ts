import { z } from 'zod';
import { choiceBudget, choiceEntry, choiceFormat, verifyChosen, type ChoiceData } from '../dataset/multiple-choice.js';
import type { DatasetRecipe } from '../dataset/recipe.js';
import { badRow, parseRow } from '../dataset/row.js';

const schema = z.object({
  question: z.string().min(1),
  options: z.array(z.string()).min(2).max(10),
  answer: z.string().regex(/^[A-J]$/),
  answer_index: z.int().min(0).max(9).optional(),
});

/** Multiple choice with up to ten options (Wang et al. 2024, arXiv 2406.01574). */
export const mmluPro: DatasetRecipe<ChoiceData> = {
  name: 'mmlu-pro',
  title: 'MMLU-Pro: multiple choice with up to ten options, fourteen subjects',
  card: {
    domain: 'science',
    size: { validation: 70, test: 12_032 },
    licence: 'MIT',
    origin: 'TIGER-AI-Lab/MMLU-Pro; hf://datasets/TIGER-Lab/MMLU-Pro',
  },
  budget: choiceBudget,
  // Upstream's validation rows are there to be shown as examples.
  sources: {
    train: 'hf://datasets/TIGER-Lab/MMLU-Pro/data/validation-*.parquet',
    test: 'hf://datasets/TIGER-Lab/MMLU-Pro/data/test-*.parquet',
  },
  format: choiceFormat,
  entries: (row) => {
    const { question, options, answer, answer_index: index } = parseRow(schema, row);
    const gold = answer.charCodeAt(0) - 'A'.charCodeAt(0);
    if (index !== undefined && index !== gold) throw badRow(row.place, `answer: ${answer} is not option ${index + 1}`);
    // The authors' own reader drops fillers of questions with fewer than ten options, which stand at the end.
    return [choiceEntry(question, { options: options.filter((option) => option !== 'N/A'), gold }, row.place)];
  },
  verify: verifyChosen,
};
