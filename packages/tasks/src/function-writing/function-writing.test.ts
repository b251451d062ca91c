import { take } from '@rsim/core';
import { suiteFlaws } from '@rsim/core/conformance';
import { sharedCodePool } from '@rsim/verifiers';
import { afterAll, describe, expect, it } from 'vitest';
import { FunctionWritingSuite } from './function-writing.js';

afterAll(() => sharedCodePool()[Symbol.asyncDispose]());

const suite = new FunctionWritingSuite({ language: 'javascript', levels: [1, 2, 3, 4, 5] });
const problems = take(suite.problems({ split: 'train', seed: 1 }), 25);

describe('function-writing', { timeout: 60_000 }, () => {
  it('conforms to the port', async () => {
    expect(await suiteFlaws(suite, 20)).toEqual([]);
  });

  it('shows two examples, and judges by fourteen', () => {
    expect(problems[0]?.question).toMatch(
      /^Write a JavaScript function `solve` [^]* For example, solve\(.*, and solve\(/,
    );
    expect(problems[0]?.data.cases).toHaveLength(14);
    expect(problems[0]?.prompt).toContain('```javascript');
  });

  it('has no problem that a constant, the input or the shown examples solve', async () => {
    for (const problem of problems) {
      const shown = problem.data.cases.slice(-2);
      const table = JSON.stringify(shown.map(({ input, output }) => [String(input), output]));
      for (const body of [
        'return values',
        'return 0',
        'return []',
        `return new Map(${table}).get(String(values)) ?? ${JSON.stringify(shown[0]?.output)}`,
        'return { valueOf: () => 1, toJSON: () => [] }',
      ]) {
        const text = `\`\`\`javascript\nfunction solve(values) { ${body} }\n\`\`\``;
        expect((await suite.verify(problem, text)).status).toBe('wrong');
      }
    }
  });
});
