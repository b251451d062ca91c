import { defineProvider, type Budget, type Problem, type Provider, type Random, type TaskSuite } from '@rsim/core';
import { z } from 'zod';
import { answerText, instructionOf, judgeAnswer, type AnswerForm } from './answer-form.js';
import { ProceduralSuite, type Draft } from './procedural-suite.js';

export interface SuiteDefinition<Options extends z.ZodObject, Data> {
  /** The name in configurations and reports; also of the folder, the test and the page in docs/tasks. */
  readonly name: string;
  readonly title: string;
  readonly domain: string;
  /** One line for lists and documentation. */
  readonly description: string;
  /** What a level is a number of, or how one differs from the next. */
  readonly levelMeaning: string;
  readonly levels: readonly number[];
  /** For a general language model that reasons in words. */
  readonly budget: Budget;
  /** Options besides `levels`, each with a default. */
  readonly options: Options;
  /** Writes one problem without the sentence on the form of its answer, or `null` when the dice fell on none. */
  write(level: number, random: Random, options: z.output<Options>): Draft<Data> | null;
  /** The form of the answer to a problem. */
  form(data: Data): AnswerForm;
  /** Whether what was read answers the problem, where the gold answer is not the only one. */
  accepts?(data: Data, read: string): boolean;
}

/** A procedural suite that can be made, by name from a configuration or directly. */
export interface SuiteFactory<Options extends z.ZodObject, Data> {
  readonly name: string;
  readonly provider: Provider<TaskSuite>;
  /** @throws z.ZodError when the options are not what the suite takes. */
  suite(options?: z.input<Options> & { readonly levels?: number[] }): ProceduralSuite<Data>;
}

/** Makes both ways to a suite, by code and by configuration, out of one definition. */
export function defineSuite<Options extends z.ZodObject, Data>(
  definition: SuiteDefinition<Options, Data>,
): SuiteFactory<Options, Data> {
  const { name, description, levels: all, levelMeaning } = definition;
  const level = z
    .int()
    .min(Math.min(...all))
    .max(Math.max(...all));
  const options = z.strictObject({
    levels: z
      .array(level)
      .min(1)
      .default([...all])
      .describe(`Only problems of these levels; all by default. A level is ${levelMeaning}.`),
    ...definition.options.shape,
  });
  const make = (given: z.output<typeof options>): ProceduralSuite<Data> => {
    const { levels, ...own } = given;
    return suiteOf(definition, levels as number[], definition.options.parse(own));
  };
  return {
    name,
    provider: defineProvider({
      ...{ description, options, create: make },
      card: { domain: definition.domain, size: 'endless', licence: 'Apache-2.0', origin: 'written by rsim' },
    }),
    suite: (given) => make(options.parse(given ?? {})),
  };
}

function suiteOf<Options extends z.ZodObject, Data>(
  definition: SuiteDefinition<Options, Data>,
  levels: readonly number[],
  options: z.output<Options>,
): ProceduralSuite<Data> {
  const { name, title, domain, budget, form, write } = definition;
  const isRight = ({ answer, data }: Problem<Data>, read: string): boolean =>
    definition.accepts?.(data, read) ?? read === form(data).read(answer);
  return new ProceduralSuite<Data>({
    ...{ name, title, domain, levels, budget },
    write: (level, random) => {
      const draft = write(level, random, options);
      return draft && { ...draft, question: `${draft.question}\n${instructionOf(form(draft.data))}` };
    },
    verify: (problem, finalText) => judgeAnswer(form(problem.data), finalText, (read) => isRight(problem, read)),
    goldText: ({ answer }) => answerText(answer),
    wrongTexts: (problem) => {
      const { read, nearMisses } = form(problem.data);
      const isWrong = (answer: string): boolean => {
        const canonical = read(answer);
        return canonical === null || !isRight(problem, canonical);
      };
      return nearMisses(problem.answer).filter(isWrong).map(answerText);
    },
  });
}
