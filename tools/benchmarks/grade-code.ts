/**
 * How many programs are graded in a second, on all cores, once the interpreters have started: the canonical solutions of HumanEval
 * with their tests (where RSIM_DATASETS names a folder that has humaneval/HumanEval.jsonl.gz), and functions of
 * `function-writing` in both languages. Every program must pass, or it would measure something else.
 */
import { existsSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { DatasetSuite, FunctionWritingSuite, humanEval, readRows } from '@rsim/tasks';
import { take, type Problem, type TaskSuite } from '@rsim/core';
import { sharedCodePool } from '@rsim/verifiers';

const rounds = 3;

async function rate<Data>(name: string, suite: TaskSuite<Data>, problems: readonly Problem<Data>[]): Promise<void> {
  const gradeAll = () => Promise.all(problems.map((problem) => suite.verify(problem, suite.goldText(problem))));
  await gradeAll();
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    const verdicts = await gradeAll();
    const seconds = (performance.now() - began) / 1000;
    const passed = verdicts.filter(({ status }) => status === 'correct').length;
    console.log(`${name}: ${(problems.length / seconds).toFixed(1)} programs/s (${passed} of ${problems.length} pass)`);
  }
}

console.log(`${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`);
const pool = sharedCodePool();
const began = performance.now();
await Promise.all([pool.warmUp('python'), pool.warmUp('javascript')]);
console.log(`interpreters started in ${((performance.now() - began) / 1000).toFixed(1)} s`);

for (const language of ['javascript', 'python'] as const) {
  const suite = new FunctionWritingSuite({ language, levels: [1, 2, 3, 4, 5] });
  await rate(`function-writing, ${language}`, suite, take(suite.problems({ split: 'train', seed: 1 }), 100));
}

const file = join(process.env['RSIM_DATASETS'] ?? '', 'humaneval/HumanEval.jsonl.gz');
if (existsSync(file)) {
  const suite = new DatasetSuite(humanEval, { test: await readRows(file) }, { seed: 1 });
  await rate('HumanEval', suite, [...suite.problems({ split: 'test', seed: 1 })]);
} else console.log('HumanEval left out: RSIM_DATASETS does not name a folder that has humaneval/HumanEval.jsonl.gz');
await pool[Symbol.asyncDispose]();
