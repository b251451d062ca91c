import { splitOf, take, validate, type Split } from '@rsim/core';
import { suiteFlaws } from '@rsim/core/conformance';
import { formatValue, solve } from '@rsim/microworld';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listPrograms, tableQuestions, wordProblems } from './index.js';

const splits: readonly Split[] = ['train', 'validation', 'test'];

describe.each([wordProblems(), listPrograms(), tableQuestions()])('$name', (suite) => {
  it('hands out distinct problems of the asked split and levels, the same every time', () => {
    for (const split of splits) {
      const problems = take(suite.problems({ split, seed: 4 }), 80);
      expect(take(suite.problems({ split, seed: 4 }), 80)).toEqual(problems);
      expect(new Set(problems.map(({ key }) => key)).size).toBe(80);
      expect(problems.every(({ key }) => splitOf(key) === split)).toBe(true);
      expect(new Set(problems.map(({ level }) => level))).toEqual(new Set(suite.levels));
    }
  });

  it('conforms to the port', async () => {
    expect(await suiteFlaws(suite, 40)).toEqual([]);
  });

  it('keeps the splits disjoint by content over any seeds', () => {
    const seed = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(seed, seed, (left, right) => {
        const train = new Set(take(suite.problems({ split: 'train', seed: left }), 60).map(({ key }) => key));
        return take(suite.problems({ split: 'test', seed: right }), 60).every(({ key }) => !train.has(key));
      }),
      { numRuns: 10 },
    );
  });

  it('grades every gold answer correct and a changed one wrong', async () => {
    expect(await validate(suite, { split: 'test', seed: 1 }, 150)).toEqual({ checked: 150, refused: [] });
    for (const problem of take(suite.problems({ split: 'validation', seed: 1 }), 150)) {
      expect(suite.verify(problem, `answer: ${problem.answer}1`).status).toBe('wrong');
      expect(problem.data.items).toHaveLength(problem.level);
      expect(formatValue(solve(problem.data)!.get(problem.data.items.at(-1)!.name)!)).toBe(problem.answer);
    }
  });

  it('refuses a level it lacks', () => {
    expect(() => take(suite.problems({ split: 'train', seed: 0, levels: [9] }), 1)).toThrow(/has no level 9/);
  });

  it('verifies any text without throwing', () => {
    const problem = take(suite.problems({ split: 'train', seed: 0 }), 1)[0]!;
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^answer: ?[\d, .-]{0,20}$/)), (text) => {
        const verdict = suite.verify(problem, text) as { status: string; extracted: string | null };
        if (verdict.status === 'correct') expect(verdict.extracted).toBe(problem.answer);
      }),
    );
  });
});
