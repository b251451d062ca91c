import type { Random } from '@rsim/core';
import { z } from 'zod';
import { defineSuite } from '../define-suite.js';
import { numberList } from '../number-forms.js';
import type { Draft } from '../procedural-suite.js';
import { trace, type Program } from './program.js';
import { render, type Language } from './render.js';
import { ProgramWriter } from './write-program.js';

export interface TracingData extends Program {
  readonly language: Language;
}

const options = z.strictObject({
  languages: z
    .array(z.enum(['python', 'javascript']))
    .min(1)
    .default(['python', 'javascript'])
    .describe('What the programs may be written in.'),
});

/** Assignments carried out, fewest and most, by level from 1. */
const lengths = [
  [5, 6],
  [4, 7],
  [8, 14],
  [8, 16],
  [15, 40],
] as const;

export const interpreterTracing = defineSuite<typeof options, TracingData>({
  name: 'interpreter-tracing',
  title: 'Tracing a program',
  domain: 'code',
  description: 'What a small program in Python or JavaScript prints (code).',
  levelMeaning:
    'a shape: 1 assignments, 2 a branch, 3 a loop, 4 a loop with a branch, 5 a loop in a loop with a branch',
  levels: [1, 2, 3, 4, 5],
  budget: { steps: 20, tokens: 1400, answerTokens: 48 },
  options,
  form: () => numberList,
  write: (level, random, { languages }) => writeTracing(level, random.pick(languages), random),
});

function writeTracing(level: number, language: Language, random: Random): Draft<TracingData> | null {
  const program = new ProgramWriter(random).write(level);
  const traced = trace(program);
  const [fewest, most] = lengths[level - 1]!;
  if (traced === null || traced.assignments < fewest || traced.assignments > most) return null;
  // A branch in a loop is worth its place only if it matters.
  if (level >= 4 && traced.bothWays === 0) return null;
  const name = language === 'python' ? 'Python' : 'JavaScript';
  const asked = random.pick([
    `What does this ${name} program print?`,
    `Trace the following ${name} program and say what it prints.`,
    `Which output does this ${name} code produce?`,
  ]);
  const question = `${asked}\n\n\`\`\`${language}\n${render(program, language)}\n\`\`\`\n`;
  return { question, answer: traced.output.join(', '), data: { ...program, language } };
}
