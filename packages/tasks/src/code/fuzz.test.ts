import { take, type Problem, type TaskSuite } from '@rsim/core';
import { sharedCodePool } from '@rsim/verifiers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeInstructions } from '../code-instructions/code-instructions.js';
import { DatasetSuite } from '../dataset/dataset-suite.js';
import type { DatasetRecipe } from '../dataset/recipe.js';
import { FunctionWritingSuite } from '../function-writing/function-writing.js';
import { humanEval } from '../humaneval/humaneval.js';
import { mbpp } from '../mbpp/mbpp.js';
import { codeInstructionRows, humanEvalRows, mbppRows } from './fixtures.js';

/** Answers to each suite; as many as are promised with RSIM_SLOW=1. */
const answers = process.env['RSIM_SLOW'] === '1' ? 10_000 : 40;
/** Milliseconds that one verdict may take. */
const longest = 2000;

// One interpreter of each kind, of one process: verdicts are asked for one after the other, and starting is not timed.
beforeAll(async () => {
  const program = 'def f(): return 1';
  await sharedCodePool().runTests({ program, entryPoints: ['f'], setup: '', tests: 'assert f() == 1' });
  await sharedCodePool().runCalls({ language: 'javascript', program, entryPoint: 'f', calls: [] });
}, 120_000);
afterAll(() => sharedCodePool()[Symbol.asyncDispose]());

const datasetSuite = <Data>(recipe: DatasetRecipe<Data>, rows: readonly unknown[]) =>
  new DatasetSuite(recipe, { test: rows.map((value) => ({ value, place: 'rows.jsonl' })) }, { seed: 1 }) as TaskSuite;

const suites: readonly TaskSuite[] = [
  datasetSuite(humanEval, humanEvalRows),
  datasetSuite(mbpp, mbppRows),
  datasetSuite(codeInstructions, codeInstructionRows),
  new FunctionWritingSuite({ language: 'python', levels: [1, 3] }) as TaskSuite,
  new FunctionWritingSuite({ language: 'javascript', levels: [1, 3] }) as TaskSuite,
];

const pieces = [
  '```',
  '```python\n',
  '\n',
  '    ',
  'def ',
  'return ',
  'lambda: ',
  '(',
  ')',
  '[',
  '{',
  '"',
  "'",
  ':',
  '\\',
  '`',
];
const words = [
  'solve',
  'total',
  'numbers',
  'values',
  'self',
  'None',
  '0',
  '-1',
  '**',
  '💥',
  '\u0000',
  '\ud800',
  '\r\n',
  '#',
];
const piece = fc.oneof(fc.constantFrom(...pieces, ...words), fc.string({ unit: 'binary', maxLength: 8 }));

/** Pieces in any order, or a right answer with a few places cut out and written over. */
const textFor = (gold: string) =>
  fc.oneof(
    fc.array(piece, { maxLength: 20 }).map((parts) => parts.join('')),
    fc
      .array(fc.tuple(fc.nat(gold.length), fc.nat(6), piece), { minLength: 1, maxLength: 3 })
      .map((edits) =>
        edits.reduce((text, [at, length, put]) => text.slice(0, at) + put + text.slice(at + length), gold),
      ),
  );

describe('any answer gets a verdict', { timeout: 1_800_000 }, () => {
  it.each(suites.map((suite, index) => [`${suite.name} (${index})`, suite] as const))('%s', async (_, suite) => {
    const problems = take(suite.problems({ split: 'test', seed: 1 }), 3);
    const texts = problems.flatMap((problem, index) =>
      fc
        .sample(textFor(suite.goldText(problem)), { numRuns: Math.ceil(answers / problems.length), seed: index })
        .map((text) => ({ problem, text })),
    );
    let slowest = 0;
    const judge = async (problem: Problem, text: string) => {
      const began = performance.now();
      const { status } = await suite.verify(problem, text);
      slowest = Math.max(slowest, performance.now() - began);
      return status;
    };
    const statuses = new Set<string>();
    for (const { problem, text } of texts) statuses.add(await judge(problem, text));
    if (answers > 1000) console.log(`${suite.name}: ${texts.length} answers, the slowest ${slowest.toFixed(0)} ms`);
    expect([...statuses].filter((status) => !['correct', 'wrong', 'unparsed', 'timeout'].includes(status))).toEqual([]);
    expect(slowest).toBeLessThan(longest);
  });
});
