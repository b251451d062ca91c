import { suiteFlaws } from '@rsim/core/conformance';
import { take } from '@rsim/core';
import { sharedCodePool } from '@rsim/verifiers';
import { afterAll, describe, expect, it } from 'vitest';
import { codeInstructions } from '../code-instructions/code-instructions.js';
import { DatasetSuite } from '../dataset/dataset-suite.js';
import type { DatasetRecipe } from '../dataset/recipe.js';
import { FunctionWritingSuite } from '../function-writing/function-writing.js';
import { humanEval } from '../humaneval/humaneval.js';
import { mbpp } from '../mbpp/mbpp.js';
import { codeInstructionRows, humanEvalRows, mbppRows } from './fixtures.js';

afterAll(() => sharedCodePool()[Symbol.asyncDispose]());

/** One row in each split. */
function suiteOf<Data>(recipe: DatasetRecipe<Data>, rows: readonly unknown[]): DatasetSuite<Data> {
  const [train, validation, test] = rows.map((value) => [{ value, place: 'rows.jsonl' }]);
  return new DatasetSuite(recipe, { train, validation, test }, { seed: 1 });
}

const humanEvalSuite = suiteOf(humanEval, humanEvalRows);
const mbppSuite = suiteOf(mbpp, mbppRows);
const problemOf = <Data>(suite: DatasetSuite<Data>, split: 'train' | 'validation' | 'test') =>
  take(suite.problems({ split, seed: 1 }), 1)[0]!;

describe('suites of programs in Python', { timeout: 120_000 }, () => {
  it('conform to the port', async () => {
    expect(await suiteFlaws(humanEvalSuite)).toEqual([]);
    expect(await suiteFlaws(mbppSuite)).toEqual([]);
    expect(await suiteFlaws(suiteOf(codeInstructions, codeInstructionRows))).toEqual([]);
    expect(await suiteFlaws(new FunctionWritingSuite({ language: 'python', levels: [1, 3] }), 2)).toEqual([]);
  });

  it.each([
    ['```python\ndef total(numbers: List[int]) -> int:\n    return sum(numbers)\n```', 'correct'],
    ['Like this:\n```\nfirst\n```\nor rather\n```python\ndef total(numbers):\n    return sum(numbers)', 'correct'],
    ['    return sum(numbers)', 'correct'],
    ['def total(numbers):\n    return sum(numbers)', 'correct'],
    ['    return sum(numbers) + 1', 'wrong'],
    ['```python\ndef other(numbers):\n    return sum(numbers)\n```', 'wrong'],
    ['```python\nclass Yes:\n    __eq__ = lambda *_: True\ndef total(numbers):\n    return Yes()\n```', 'wrong'],
    ['```python\nimport builtins\nbuiltins.AssertionError = KeyError\ndef total(numbers):\n    return 1\n```', 'wrong'],
    ['', 'unparsed'],
  ])('humaneval reads %j as %s', async (text, status) => {
    expect((await humanEvalSuite.verify(problemOf(humanEvalSuite, 'train'), text)).status).toBe(status);
  });

  it('mbpp is not fooled by a program that names its functions as builtins, nor by one that knows a test', async () => {
    const judge = async (program: string) =>
      (await mbppSuite.verify(problemOf(mbppSuite, 'train'), `\`\`\`python\n${program}\n\`\`\``)).status;
    expect(await judge('def shared(a, b):\n    return tuple(sorted(set(a) & set(b)))')).toBe('correct');
    expect(await judge('set = tuple = lambda *_: 1\ndef shared(a, b): return 1')).toBe('wrong');
    expect(await judge('def shared(a, b): return (4, 5)')).toBe('wrong');
  });
});
