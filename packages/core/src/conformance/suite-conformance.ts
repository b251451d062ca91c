import { contentKey, splitOfProblem } from '../content-key.js';
import type { Problem, Split } from '../problem.js';
import { take } from '../take.js';
import type { TaskSuite } from '../task-suite.js';
import { Flaws, isSame } from './flaws.js';

const splits: readonly Split[] = ['train', 'validation', 'test'];

/** Texts a verifier will meet sooner or later. */
const strangeTexts = [
  '',
  ' ',
  'answer:',
  'answer: answer:',
  'NaN',
  '1e999',
  '\u0000',
  '💥'.repeat(50),
  '('.repeat(5000),
];

/**
 * What every suite must do, tried on `count` problems of each split of this one: grade its own gold answers as correct
 * and nonsense as anything else, without throwing; give the same problems for the same query; keep splits apart.
 *
 * @returns one sentence for each flaw, naming the problem; empty when there is none.
 */
export async function suiteFlaws(suite: TaskSuite, count = 100): Promise<string[]> {
  const flaws = new Flaws();
  const seen = new Map<string, Split>();
  for (const split of splits) {
    await flaws.part(`split ${split}`, async () => {
      const problems = take(suite.problems({ split, seed: 1 }), count);
      flaws.expect(problems.length > 0, `split ${split} is empty`);
      const there = suite.count?.({ split });
      const isTrue = there === undefined || problems.length === Math.min(there, count);
      flaws.expect(isTrue, `split ${split} does not have the ${String(there)} problems it says`);
      flaws.expect(
        isSame(problems, take(suite.problems({ split, seed: 1 }), count)),
        `split ${split}: the same query gives other problems`,
      );
      for (const problem of problems) {
        problemFlaws(flaws, suite, problem, split, seen);
        await verdictFlaws(flaws, suite, problem);
      }
    });
  }
  await flaws.part('levels', () => {
    for (const level of suite.levels) {
      const [problem] = take(suite.problems({ split: 'train', seed: 1, levels: [level] }), 1);
      flaws.expect(problem?.level === level, `asked for level ${level} it gives level ${String(problem?.level)}`);
    }
  });
  const { steps, tokens, answerTokens } = suite.budget;
  flaws.expect(steps >= 1 && answerTokens >= 1 && tokens > answerTokens, 'its budget leaves nothing to reason with');
  return flaws.found;
}

function problemFlaws(flaws: Flaws, suite: TaskSuite, problem: Problem, split: Split, seen: Map<string, Split>): void {
  const name = `problem ${problem.key}`;
  flaws.expect(problem.suite === suite.name, `${name} names the suite "${problem.suite}"`);
  flaws.expect(problem.key === contentKey(suite.name, problem.question), `${name}: its key is not its content's`);
  flaws.expect(splitOfProblem(problem) === split, `${name} is handed out in split ${split} but belongs elsewhere`);
  flaws.expect(!seen.has(problem.key), `${name} is handed out twice`);
  flaws.expect(suite.levels.includes(problem.level), `${name} has the unknown level ${problem.level}`);
  seen.set(problem.key, split);
}

async function verdictFlaws(flaws: Flaws, suite: TaskSuite, problem: Problem): Promise<void> {
  const name = `problem ${problem.key}`;
  const gold = await suite.verify(problem, suite.goldText(problem));
  flaws.expect(gold.status === 'correct' && gold.score === 1, `${name}: its own gold answer is ${gold.status}`);
  for (const text of strangeTexts) {
    const { status, score } = await suite.verify(problem, text);
    flaws.expect(status !== 'correct', `${name}: the text ${JSON.stringify(text.slice(0, 20))} counts as correct`);
    const isFitting = status === 'timeout' ? score === null : score !== null && score >= 0 && score <= 1;
    flaws.expect(isFitting, `${name}: the score ${String(score)} does not fit the verdict ${status}`);
  }
}
