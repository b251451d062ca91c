import { partSeparator, verifyTableText, writeTableText, type TableTextAnswer } from '@rsim/verifiers';
import { z } from 'zod';
import { answerLine } from '../dataset/answer-format.js';
import type { DatasetRecipe } from '../dataset/recipe.js';
import { parseRow } from '../dataset/row.js';

const part = z.union([z.string(), z.number()]).transform(String);

const schema = z.object({
  table: z.object({ table: z.array(z.array(z.string())) }),
  paragraphs: z.array(z.object({ order: z.number(), text: z.string() })),
  questions: z.array(
    z.object({
      question: z.string().min(1),
      answer: z.union([part.transform((only) => [only]), z.array(part).min(1)]),
      answer_type: z.enum(['span', 'multi-span', 'arithmetic', 'count']),
      scale: z.enum(['', 'thousand', 'million', 'billion', 'percent']),
    }),
  ),
});

const format = answerLine(
  `the answer: a number or words of the table or text, with the scale (thousand, million, billion or percent) where there is ` +
    `one, and "${partSeparator.trim()}" between several`,
);

/** Questions on a table and the text around it, from financial reports (Zhu et al. 2021, arXiv 2105.07624). */
export const tatQa: DatasetRecipe<TableTextAnswer> = {
  name: 'tat-qa',
  title: 'TAT-QA: questions on tables and text of financial reports',
  card: {
    domain: 'finance',
    size: { train: 13_215, validation: 1668, test: 1663 },
    licence: 'MIT',
    origin: 'NExTplusplus/TAT-QA; hf://datasets/next-tat/TAT-QA',
  },
  budget: { steps: 16, tokens: 1024, answerTokens: 128 },
  sources: {
    train: 'hf://datasets/next-tat/TAT-QA/tatqa_dataset_train.json',
    validation: 'hf://datasets/next-tat/TAT-QA/tatqa_dataset_dev.json',
    test: 'hf://datasets/next-tat/TAT-QA/tatqa_dataset_test_gold.json',
  },
  format,
  entries: (row) => {
    const { table, paragraphs, questions } = parseRow(schema, row);
    const lines = table.table.map((cells) => cells.map((cell) => cell.replace(/\s+/g, ' ').trim()).join(' | '));
    const texts = [...paragraphs].sort((left, right) => left.order - right.order).map(({ text }) => text.trim());
    const context = [lines.join('\n'), ...texts].join('\n\n');
    return questions.map(({ question, answer, answer_type: type, scale }) => {
      const data = { parts: answer, scale, isComputed: type === 'arithmetic' || type === 'count' };
      return { question: `${context}\n\n${question}`, answer: writeTableText(data), data };
    });
  },
  exceptions: {
    f60eef9c8b572b29: 'asked twice of the same table, with two different gold answers (one of them of another row)',
  },
  verify: ({ data }, text) => {
    const answer = format.read(text);
    return answer === null ? { status: 'unparsed', score: 0, extracted: null } : verifyTableText(data, answer);
  },
};
