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
  'Answer: \\boxed{',
  'NaN',
  '1e999',
  '\u0000',
  '\ud800',
  '💥'.repeat(50),
  '('.repeat(5000),
  'answer: '.repeat(20_000),
  `answer: ${'1'.repeat(100_000)}`,
  `answer: ${'{'.repeat(20_000)}`,
  `answer: ${'1, '.repeat(20_000)}`,
];

export interface SuiteConformance {
  /** Problems tried of each split; 100 by default. */
  readonly count?: number;
  /** Most characters of a question; 4000 by default. */
  readonly longestQuestion?: number;
  /** Most milliseconds of one verdict; 2000 by default. */
  readonly slowestVerdict?: number;
  /** Keys that are known to be the first of the training split for seed 1. Whoever changes them changes the splits. */
  readonly keys?: readonly string[];
}

/** The first training keys of a suite under seed 1: what `keys` of {@link SuiteConformance} is compared with. */
export function firstKeys(suite: TaskSuite, count: number): string[] {
  return take(suite.problems({ split: 'train', seed: 1 }), count).map(({ key }) => key);
}

/**
 * What every suite must do, tried on some problems of each split of this one: grade its own gold answers as correct, wrong
 * answers and nonsense as anything else, without throwing and in time; give the same problems for the same query; keep
 * splits apart, questions short and keys as they were.
 *
 * Wrong answers are those the suite names itself (`wrongTexts`) and the gold answers of its other problems.
 *
 * @returns one sentence for each flaw, naming the problem; empty when there is none.
 */
export async function suiteFlaws(suite: TaskSuite, options: SuiteConformance | number = {}): Promise<string[]> {
  const tried = typeof options === 'number' ? { count: options } : options;
  const { count = 100, longestQuestion = 4000, keys = [] } = tried;
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
        const { length } = problem.question;
        flaws.expect(length <= longestQuestion, `problem ${problem.key}: its question has ${length} characters`);
        await verdictFlaws(flaws, suite, problem, tried);
      }
      await otherGoldFlaws(flaws, suite, problems);
    });
  }
  await flaws.part('keys', () => {
    const isKept = isSame(firstKeys(suite, keys.length), keys);
    flaws.expect(isKept, 'its first training keys are no longer those that were noted');
  });
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

async function verdictFlaws(
  flaws: Flaws,
  suite: TaskSuite,
  problem: Problem,
  { slowestVerdict = 2000 }: SuiteConformance,
): Promise<void> {
  const name = `problem ${problem.key}`;
  const gold = await suite.verify(problem, suite.goldText(problem));
  flaws.expect(gold.status === 'correct' && gold.score === 1, `${name}: its own gold answer is ${gold.status}`);
  for (const text of suite.wrongTexts?.(problem) ?? []) {
    const { status } = await suite.verify(problem, text);
    flaws.expect(status !== 'correct', `${name}: the wrong answer ${shown(text)} counts as correct`);
  }
  for (const text of strangeTexts) {
    const started = performance.now();
    const { status, score } = await suite.verify(problem, text);
    const isQuick = performance.now() - started <= slowestVerdict;
    flaws.expect(isQuick, `${name}: the verdict on ${shown(text)} takes more than ${slowestVerdict} ms`);
    flaws.expect(status !== 'correct', `${name}: the text ${shown(text)} counts as correct`);
    const isFitting = status === 'timeout' ? score === null : score !== null && score >= 0 && score <= 1;
    flaws.expect(isFitting, `${name}: the score ${String(score)} does not fit the verdict ${status}`);
  }
}

/** The gold answer of another problem, where it reads differently, should hardly ever do: a verifier that takes any is none. */
async function otherGoldFlaws(flaws: Flaws, suite: TaskSuite, problems: readonly Problem[]): Promise<void> {
  let [tried, accepted] = [0, 0];
  for (const [index, problem] of problems.entries()) {
    const other = problems[(index + 1) % problems.length]!;
    if (other.answer === problem.answer) continue;
    const { status } = await suite.verify(problem, suite.goldText(other));
    tried += 1;
    if (status === 'correct') accepted += 1;
  }
  flaws.expect(2 * accepted <= tried, `${accepted} of ${tried} gold answers of other problems count as correct`);
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 40));
