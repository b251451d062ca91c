import { take, type Problem, type TaskSuite } from '@rsim/core';
import { firstKeys } from '@rsim/core/conformance';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProceduralSuite } from '../procedural-suite.js';

export interface SuiteExpectations<Data> {
  /** The first training keys under seed 1: another key is another problem, and may be in another split. */
  readonly keys: readonly string[];
  /** Whether the case of letters and spaces around the answer do not matter. */
  readonly isLenient?: boolean;
  /** Solves the problem in another way than the suite does, and compares. */
  check?(problem: Problem<Data>): void;
}

const seeds = fc.integer({ min: 0, max: 1_000_000 });

/** The tests every procedural suite has; what is particular to one is its `check`. */
export function describeSuite<Data>(suite: ProceduralSuite<Data>, expectations: SuiteExpectations<Data>): void {
  const { keys, isLenient = true, check = () => undefined } = expectations;
  const draw = (seed: number): Problem<Data>[] =>
    take(suite.problems({ split: seed % 3 === 0 ? 'test' : 'train', seed }), suite.levels.length);

  describe(suite.name, () => {
    it('still has the problems it had', () => {
      expect(firstKeys(suite as TaskSuite, keys.length)).toEqual(keys);
    });

    it('solves every problem, and takes the gold answer and no wrong one', () => {
      const property = fc.property(seeds, (seed) => {
        for (const problem of draw(seed)) {
          check(problem);
          const gold = suite.goldText(problem);
          expect(suite.verify(problem, gold)).toMatchObject({ status: 'correct', score: 1 });
          expect(suite.verify(problem, `Answer: it is easy\nNo.\n${gold}\n`).status).toBe('correct');
          const wrong = suite.wrongTexts(problem);
          expect(wrong.length).toBeGreaterThan(0);
          for (const text of wrong) expect(suite.verify(problem, text).status).not.toBe('correct');
        }
      });
      fc.assert(property, { numRuns: 4 });
    });

    it('takes no notice of case, spaces and markup', () => {
      for (const problem of isLenient ? draw(1) : []) {
        const { answer } = problem;
        const spellings = [`ANSWER:   ${answer.toUpperCase()}  `, `**Answer:** ${answer.toLowerCase()}.`];
        for (const text of [...spellings, `Final answer: \\boxed{${answer}}`]) {
          expect([text, suite.verify(problem, text).status]).toEqual([text, 'correct']);
        }
      }
    });

    it('reads any text without throwing', () => {
      const [problem] = draw(2);
      const signs = fc.constantFrom(...'019-,./ %$→|{}\\ab\n');
      const answers = fc.array(signs, { maxLength: 60 }).map((written) => `Answer: ${written.join('')}`);
      // Code units one by one, halves of pairs among them; fast-check's own tables of Unicode cost seconds.
      const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 });
      const texts = fc.oneof(
        units.map((codes) => `answer: ${String.fromCharCode(...codes)}`),
        fc.string(),
        answers,
      );
      fc.assert(
        fc.property(texts, (text) => {
          const { status, score } = suite.verify(problem!, text);
          expect(score).toBe(status === 'correct' ? 1 : 0);
        }),
        { numRuns: 60 },
      );
    });

    it('refuses a level it lacks', () => {
      expect(() => take(suite.problems({ split: 'train', seed: 0, levels: [9] }), 1)).toThrow(/has no level 9/);
    });
  });
}
