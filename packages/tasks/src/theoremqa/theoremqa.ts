import type { Verdict } from '@rsim/core';
import { readQuantity, verifyTruth } from '@rsim/verifiers';
import { z } from 'zod';
import { mathFormat, schoolBudget, verifyMath } from '../dataset/math-answer.js';
import type { DatasetRecipe } from '../dataset/recipe.js';
import { parseRow } from '../dataset/row.js';

const answerTypes = ['integer', 'float', 'bool', 'option', 'list of integer', 'list of float'] as const;

const schema = z.object({
  Question: z.string().min(1),
  /** JSON has the value itself, the export of the hub a text of it. */
  Answer: z.union([z.number(), z.boolean(), z.string(), z.array(z.number())]),
  Answer_type: z.enum(answerTypes),
  Picture: z.unknown(),
});

type AnswerType = (typeof answerTypes)[number];

interface TheoremData {
  readonly type: AnswerType;
}

const hints: Readonly<Record<AnswerType, string>> = {
  integer: 'The answer is an integer.',
  float: 'The answer is a decimal number.',
  bool: 'The answer is True or False.',
  option: 'The answer is the letter of an option, e.g. (a).',
  'list of integer': 'The answer is a list of integers, e.g. [1, 2].',
  'list of float': 'The answer is a list of decimal numbers, e.g. [0.5, 1.2].',
};

/** Share of the gold number by which a decimal answer may differ, as in the published evaluation. */
const floatTolerance = 0.04;

/** University problems that need a theorem (Chen et al. 2023, arXiv 2305.12524); those that come with a picture are left out. */
export const theoremqa: DatasetRecipe<TheoremData> = {
  name: 'theoremqa',
  title: 'TheoremQA: university problems of mathematics, physics, computing and finance',
  card: {
    domain: 'mathematics',
    size: { all: 800 },
    licence: 'MIT',
    origin: 'wenhuchen/TheoremQA; hf://datasets/TIGER-Lab/TheoremQA',
  },
  budget: { ...schoolBudget, tokens: 2048 },
  sources: { all: 'hf://datasets/TIGER-Lab/TheoremQA/data/test-*.parquet' },
  format: mathFormat,
  entries: (row) => {
    const { Question: question, Answer: gold, Answer_type: type, Picture: picture } = parseRow(schema, row);
    if (picture !== null && picture !== undefined && picture !== '') return [];
    const answer = Array.isArray(gold) ? `[${gold.join(', ')}]` : String(gold);
    return [{ question: `${question}\n\n${hints[type]}`, answer, data: { type } }];
  },
  verify: (entry, text) => {
    const { type } = entry.data;
    if (type === 'integer') return verifyMath(entry, text);
    const extracted = mathFormat.read(text);
    if (extracted === null) return { status: 'unparsed', score: 0, extracted };
    if (type === 'bool') return verifyTruth(entry.answer.toLowerCase() === 'true', extracted);
    const isRight =
      type === 'option' ? letterOf(extracted) === letterOf(entry.answer) : numbersMatch(entry.answer, extracted, type);
    if (isRight) return { status: 'correct', score: 1, extracted };
    // A fraction or a root is as good as its decimals.
    return type === 'option' ? wrong(extracted) : verifyMath(entry, text);
  },
};

function wrong(extracted: string): Verdict {
  return { status: 'wrong', score: 0, extracted };
}

function letterOf(answer: string): string | undefined {
  return /^\(?([a-z])\)?\.?$/i.exec(answer.replace(/^\\text\{(.*)\}$/, '$1').trim())?.[1]?.toLowerCase();
}

/** In any order, as in the published evaluation. */
function numbersMatch(gold: string, given: string, type: AnswerType): boolean {
  const [golds, givens] = [numbersOf(gold), numbersOf(given)];
  const tolerance = type.endsWith('float') ? floatTolerance : 0;
  return (
    golds !== null &&
    givens !== null &&
    golds.length === givens.length &&
    golds.every((number, index) => Math.abs(givens[index]! - number) <= tolerance * Math.abs(number))
  );
}

function numbersOf(list: string): number[] | null {
  const parts = list
    .replace(/^\s*\\?[[(]|\\?[\])]\s*$/g, '')
    .split(list.includes('[') || list.includes('(') ? ',' : '\u0000');
  const numbers = parts.map((part) => readQuantity(part));
  return numbers.every((number) => number !== null)
    ? numbers.map(({ number, factor }) => number * factor).sort((left, right) => left - right)
    : null;
}
