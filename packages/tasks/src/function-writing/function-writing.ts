import {
  contentKey,
  defineProvider,
  ProblemError,
  Random,
  splitOf,
  type Problem,
  type ProblemQuery,
  type TaskSuite,
  type Verdict,
} from '@rsim/core';
import { extractCode, isSameValue, sharedCodePool, type CodeLanguage, type CodeRule } from '@rsim/verifiers';
import { z } from 'zod';
import { listResults, listSteps, type ListResult, type ListStep } from './operations.js';

/** An input and what the function must return for it. */
export interface FunctionCase {
  readonly input: readonly number[];
  readonly output: number | readonly number[];
}

export interface FunctionData {
  readonly cases: readonly FunctionCase[];
}

const entryPoint = 'solve';
const names: Readonly<Record<CodeLanguage, string>> = { python: 'Python', javascript: 'JavaScript' };
const levels = [1, 2, 3, 4, 5];
const shownCases = 2;
const hiddenCases = 12;

export const functionWritingOptions = z.strictObject({
  language: z.enum(['python', 'javascript']).default('python').describe('What the function is written in.'),
  levels: z.array(z.int().min(1).max(5)).min(1).default(levels).describe('Numbers of steps; 1 to 5 by default.'),
});

/**
 * Functions over a list of whole numbers, described step by step and judged by their results on inputs that are not
 * shown. The score is 1 when all are right and 0 otherwise.
 */
export class FunctionWritingSuite implements TaskSuite<FunctionData> {
  readonly name = 'function-writing';
  readonly title = 'Functions against tests';
  readonly domain = 'code';
  readonly budget = { steps: 8, tokens: 512, answerTokens: 256 };
  readonly levels: readonly number[];
  readonly #language: CodeLanguage;
  readonly #code: CodeRule;

  constructor({ language, levels: chosen }: z.output<typeof functionWritingOptions>) {
    this.levels = chosen;
    this.#language = language;
    this.#code = extractCode(language, `the whole function \`${entryPoint}\``);
  }

  /** Distinct problems, levels in turn. @throws ProblemError when a level is asked for that the suite lacks. */
  *problems({ split, seed, levels: wanted = this.levels }: ProblemQuery): Generator<Problem<FunctionData>> {
    const unknown = wanted.find((level) => !this.levels.includes(level));
    if (unknown !== undefined || wanted.length === 0) {
      throw new ProblemError(`suite ${this.name} has no level ${String(unknown ?? '(none given)')}`, {
        remedy: `Choose among the levels ${this.levels.join(', ')}.`,
      });
    }
    const random = Random.of(seed, this.name, this.#language, split);
    const seen = new Set<string>();
    for (let count = 0; ;) {
      const problem = this.#draw(wanted[count % wanted.length]!, random);
      if (problem === null || splitOf(problem.key) !== split || seen.has(problem.key)) continue;
      seen.add(problem.key);
      count += 1;
      yield problem;
    }
  }

  async verify({ data: { cases } }: Problem<FunctionData>, finalText: string): Promise<Verdict> {
    const program = this.#code.read(finalText);
    if (program === null) return { status: 'unparsed', score: 0, extracted: null };
    const outcome = await sharedCodePool().runCalls({
      language: this.#language,
      program,
      entryPoint,
      calls: cases.map(({ input }) => [input]),
    });
    if (outcome.status === 'timeout') return { status: 'timeout', score: null, extracted: program };
    const isRight =
      outcome.status === 'done' &&
      outcome.values.every((each, index) => 'value' in each && isSameValue(cases[index]!.output, each.value));
    return { status: isRight ? 'correct' : 'wrong', score: isRight ? 1 : 0, extracted: program };
  }

  goldText({ answer }: Problem<FunctionData>): string {
    return this.#code.write(answer);
  }

  /** `null` for a function that its inputs cannot tell from one that returns the same for all, or gives back its input. */
  #draw(level: number, random: Random): Problem<FunctionData> | null {
    const steps = random.sample(listSteps, level).map((make) => make(random));
    const result = random.pick(listResults);
    const cases = drawInputs(random).map((input) => ({ input, output: run(steps, result, input) }));
    const outputs = cases.map(({ output }) => String(output));
    if (new Set(outputs).size < hiddenCases / 3) return null;
    if (cases.every(({ input, output }) => String(input) === String(output))) return null;
    const question = this.#describe(steps, result, cases.slice(-shownCases));
    return Object.freeze({
      key: contentKey(this.name, question),
      suite: this.name,
      level,
      question,
      prompt: `${question}\n\n${this.#code.instruction}`,
      answer: this.#write(steps, result),
      data: { cases },
    });
  }

  #describe(steps: readonly ListStep[], result: ListResult, examples: readonly FunctionCase[]): string {
    const sentences = steps.map(({ sentence }, index) => `${index === 0 ? 'First' : 'Then'} ${sentence}.`);
    const shown = examples.map(({ input, output }) => `${entryPoint}(${written(input)}) returns ${written(output)}`);
    return [
      `Write a ${names[this.#language]} function \`${entryPoint}\` that takes a list of whole numbers.`,
      ...sentences,
      result.sentence,
      `For example, ${shown.join(', and ')}.`,
    ].join(' ');
  }

  #write(steps: readonly ListStep[], result: ListResult): string {
    const parts = [...steps, result].map((each) => each[this.#language]);
    return this.#language === 'python'
      ? [`def ${entryPoint}(values):`, ...parts.map((part) => `    ${part}`)].join('\n')
      : [`function ${entryPoint}(values) {`, ...parts.map((part) => `  ${part}`), '}'].join('\n');
  }
}

/** The empty list, one number, equal numbers, and lists of different lengths; those that are shown come last. */
function drawInputs(random: Random): number[][] {
  const draw = (length: number) => Array.from({ length }, () => random.integer(-12, 30));
  const [same] = draw(1);
  const long = Array.from({ length: hiddenCases - 3 }, (_, index) => draw(2 + index));
  const shown = Array.from({ length: shownCases }, () => draw(random.integer(4, 7)));
  return [[], draw(1), [same!, same!, same!], ...long, ...shown];
}

function run(steps: readonly ListStep[], result: ListResult, input: readonly number[]) {
  return result.apply(steps.reduce<readonly number[]>((values, step) => step.apply(values), input));
}

function written(value: number | readonly number[]): string {
  return typeof value === 'number' ? String(value) : `[${value.join(', ')}]`;
}

export const functionWritingProvider = defineProvider<TaskSuite, typeof functionWritingOptions>({
  description: 'Functions over lists, written against tests that are not shown (code).',
  card: { domain: 'code', size: 'endless', licence: 'Apache-2.0', origin: 'written by rsim' },
  options: functionWritingOptions,
  create: (options) => new FunctionWritingSuite(options) as TaskSuite,
});
