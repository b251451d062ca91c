import type { Random } from '@rsim/core';
import { z } from 'zod';
import { defineSuite } from '../define-suite.js';
import type { Draft } from '../procedural-suite.js';
import { characters } from '../word-forms.js';
import { rewrite, type Rule } from './rewrite.js';

export interface RewritingData {
  readonly start: string;
  /** Earlier rules come first. */
  readonly rules: readonly Rule[];
  /** Replacements after which to stop; `null`: when no rule applies any more. */
  readonly steps: number | null;
}

/** Fewest and most replacements by level, from 1. */
const lengths = [
  [1, 2],
  [3, 4],
  [5, 6],
  [7, 9],
  [10, 14],
] as const;
const longestWord = 14;

const options = z.strictObject({
  letters: z.int().min(2).max(6).default(4).describe('Different letters that words are made of.'),
  rules: z.int().min(2).max(6).default(3).describe('Number of rules.'),
});

const form = characters('the final string without spaces', 'abca');

export const stringRewriting = defineSuite<typeof options, RewritingData>({
  name: 'string-rewriting',
  title: 'String rewriting',
  domain: 'code',
  description: 'What rules of replacement make of a string (code).',
  levelMeaning: `the number of replacements: ${lengths.map(([least, most]) => `${least}–${most}`).join(', ')}`,
  levels: [1, 2, 3, 4, 5],
  budget: { steps: 20, tokens: 1200, answerTokens: 48 },
  options,
  form: () => form,
  write: (level, random, { letters, rules }) => {
    const alphabet = [...'abcdef'].slice(0, letters);
    return writeRewriting(lengths[level - 1]!, alphabet, rules, random);
  },
});

function writeRewriting(
  [least, most]: readonly [number, number],
  alphabet: readonly string[],
  count: number,
  random: Random,
): Draft<RewritingData> | null {
  const word = (shortest: number, longest: number) =>
    Array.from({ length: random.integer(shortest, longest) }, () => random.pick(alphabet)).join('');
  const rules = Array.from({ length: count }, (): Rule => ({ from: word(1, 3), to: word(1, 3) }));
  const start = word(4, 9);
  const stops = random.next() < 0.6;
  const steps = stops ? null : random.integer(least, most);
  const run = rewrite(start, rules, steps ?? most + 1);
  const isLong = run.some((each) => each.length > longestWord);
  const done = run.length - 1;
  if (isLong || done < least || done > most || new Set(run).size < run.length || isIdle(rules)) return null;
  const data = { start, rules, steps };
  return { question: tell(data, random), answer: run.at(-1)!, data };
}

/** Rules that do nothing, or that an earlier one leaves nothing to do. */
function isIdle(rules: readonly Rule[]): boolean {
  return rules.some(
    ({ from, to }, index) => from === to || rules.slice(0, index).some((earlier) => from.includes(earlier.from)),
  );
}

function tell({ start, rules, steps }: RewritingData, random: Random): string {
  const listed = rules.map(({ from, to }, index) => `${index + 1}. ${from} → ${to}`).join('\n');
  const opening = random.pick([
    `Start with the string "${start}" and these rules, each of which turns what is left of the arrow into what is right of it:`,
    `A machine holds the string "${start}" and rewrites it by these rules:`,
    `A text editor applies the following replacements to "${start}":`,
  ]);
  const process =
    'In each step, take the first rule in the list whose left side occurs in the string, and replace its leftmost ' +
    'occurrence by the right side.';
  const end =
    steps === null
      ? 'Stop when no rule applies any more.'
      : `Stop after ${steps === 1 ? 'one step' : `${steps} steps`}, or earlier if no rule applies any more.`;
  return `${opening}\n${listed}\n${process} ${end} ${random.pick(['Which string is left?', 'What is the string then?'])}`;
}
