import { join } from 'node:path';
import { take, type Problem, type Verdict } from '@rsim/core';
import { sharedCodePool } from '@rsim/verifiers';
import { afterAll, describe, expect, it } from 'vitest';
import { DatasetSuite } from '../dataset/dataset-suite.js';
import { readRows } from '../dataset/read-rows.js';
import type { DatasetRecipe } from '../dataset/recipe.js';
import { humanEval } from '../humaneval/humaneval.js';
import { mbpp } from '../mbpp/mbpp.js';
import { mutantsOf } from './testing/mutants.js';

/** Folder with humaneval/HumanEval.jsonl.gz and mbpp/mbpp.jsonl as their authors published them. */
const folder = process.env['RSIM_DATASETS'] ?? '';
const mutantsEach = 5;

afterAll(() => sharedCodePool()[Symbol.asyncDispose]());

async function open<Data>(recipe: DatasetRecipe<Data>, file: string) {
  const suite = new DatasetSuite(recipe, { test: await readRows(join(folder, file)) }, { seed: 1 });
  return { suite, problems: take(suite.problems({ split: 'test', seed: 1 }), 10_000) };
}

/** Texts of problems, and how they were judged. */
function judgeAll<Data>(
  suite: DatasetSuite<Data>,
  texts: readonly (readonly [Problem<Data>, string])[],
): Promise<Verdict[]> {
  return Promise.all(texts.map(async ([problem, text]) => suite.verify(problem, text)));
}

/** Share of the mutants that do not pass; those that do are printed, to be looked at. */
async function killRate<Data>(suite: DatasetSuite<Data>, problems: readonly Problem<Data>[]): Promise<number> {
  const mutants = await Promise.all(
    problems.map(async (problem) =>
      (await mutantsOf(problem.answer, mutantsEach)).map((each) => ({ problem, ...each })),
    ),
  );
  const all = mutants.flat();
  const verdicts = await judgeAll(
    suite,
    all.map(({ problem, program }) => [problem, fenced(program)] as const),
  );
  const survivors = all.filter((_, index) => verdicts[index]?.status === 'correct');
  for (const { problem, change } of survivors) {
    console.log(
      `survives: ${suite.name}, ${problem.key}, ${change} of ${problem.question.slice(0, 60).replace(/\n/g, ' ')}`,
    );
  }
  console.log(`${suite.name}: ${all.length - survivors.length} of ${all.length} mutants do not pass`);
  return 1 - survivors.length / all.length;
}

const fenced = (program: string) => `\`\`\`python\n${program}\n\`\`\``;

describe.skipIf(folder === '')('published programs (set RSIM_DATASETS to run)', { timeout: 1_800_000 }, () => {
  it('HumanEval: every canonical solution passes, whole or as a continuation, and nothing passes for another', async () => {
    const { suite, problems } = await open(humanEval, 'humaneval/HumanEval.jsonl.gz');
    expect(problems).toHaveLength(164);
    const whole = await judgeAll(
      suite,
      problems.map((problem) => [problem, suite.goldText(problem)] as const),
    );
    const bare = await judgeAll(
      suite,
      problems.map((problem) => [problem, problem.answer.slice(problem.data.prompt.length)] as const),
    );
    const empty = await judgeAll(
      suite,
      problems.map((problem) => [problem, '    pass\n'] as const),
    );
    const passes = (verdicts: readonly Verdict[]) => verdicts.filter(({ status }) => status === 'correct').length;
    expect([passes(whole), passes(bare), passes(empty)]).toEqual([164, 164, 0]);
  });

  it('HumanEval: mutants fail', async () => {
    const { suite, problems } = await open(humanEval, 'humaneval/HumanEval.jsonl.gz');
    expect(await killRate(suite, problems)).toBeGreaterThan(0.8);
  });

  it.each([
    ['mbpp/mbpp.jsonl', 974],
    ['mbpp/sanitized-mbpp.json', 427],
  ])('MBPP: every reference solution of %s passes', async (file, count) => {
    const { suite, problems } = await open(mbpp, file);
    expect(problems).toHaveLength(count);
    const verdicts = await judgeAll(
      suite,
      problems.map((problem) => [problem, suite.goldText(problem)] as const),
    );
    const refused = problems.filter((_, index) => verdicts[index]?.status !== 'correct');
    expect(refused.map(({ question }) => question)).toEqual([]);
  });

  it('MBPP: mutants fail', async () => {
    const { suite, problems } = await open(mbpp, 'mbpp/mbpp.jsonl');
    expect(await killRate(suite, problems.slice(0, 200))).toBeGreaterThan(0.8);
  });
});
