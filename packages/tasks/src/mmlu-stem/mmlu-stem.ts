import { z } from 'zod';
import { choiceBudget, choiceEntry, choiceFormat, verifyChosen, type ChoiceData } from '../dataset/multiple-choice.js';
import type { DatasetRecipe } from '../dataset/recipe.js';
import { badRow, parseRow } from '../dataset/row.js';

const schema = z.object({
  question: z.string().min(1),
  /** The subject; the hub calls it `subject`. */
  type: z.string().optional(),
  subject: z.string().optional(),
  choices: z.array(z.string()).length(4),
  answer: z.int().min(0).max(3),
});

/** The subjects that MMLU's authors count as STEM. */
const subjects = new Set([
  ...['abstract_algebra', 'astronomy', 'college_biology', 'college_chemistry', 'college_computer_science'],
  ...['college_mathematics', 'college_physics', 'computer_security', 'conceptual_physics', 'electrical_engineering'],
  ...['elementary_mathematics', 'high_school_biology', 'high_school_chemistry', 'high_school_computer_science'],
  ...['high_school_mathematics', 'high_school_physics', 'high_school_statistics', 'machine_learning'],
]);

/** Multiple choice over science, mathematics and engineering (Hendrycks et al. 2020, arXiv 2009.03300). */
export const mmluStem: DatasetRecipe<ChoiceData> = {
  name: 'mmlu-stem',
  title: 'MMLU-STEM: multiple choice over science, mathematics and engineering',
  card: {
    domain: 'science',
    size: { test: 3018 },
    licence: 'MIT',
    origin: 'hendrycks/test, STEM subjects; hf://datasets/cais/mmlu',
  },
  budget: choiceBudget,
  sources: {
    train: 'hf://datasets/cais/mmlu/all/dev-*.parquet',
    validation: 'hf://datasets/cais/mmlu/all/validation-*.parquet',
    test: 'hf://datasets/cais/mmlu/all/test-*.parquet',
  },
  format: choiceFormat,
  entries: (row) => {
    const { question, type, subject = type, choices: options, answer: gold } = parseRow(schema, row);
    if (subject === undefined) throw badRow(row.place, 'type: the subject is missing');
    return subjects.has(subject) ? [choiceEntry(question, { options, gold }, row.place)] : [];
  },
  verify: verifyChosen,
};
