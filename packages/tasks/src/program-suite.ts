import type { Random } from '@rsim/core';
import { formatValue, solve, type Program } from '@rsim/microworld';
import { ProceduralSuite, type ProceduralSuiteOptions } from './procedural-suite.js';
import { verifyAnswer } from './verify-answer.js';

/** A problem of the microworld: its text and the program that solves it. */
export interface ProgramDraft {
  readonly question: string;
  readonly program: Program;
}

export interface ProgramSuiteOptions extends Omit<
  ProceduralSuiteOptions<Program>,
  'write' | 'verify' | 'goldText' | 'wrongTexts'
> {
  /** Writes one problem with `level` solution items, or `null` when the dice fell on one that cannot be. */
  write(level: number, random: Random): ProgramDraft | null;
}

/** A suite of the microworld: the answer is what the last item of the program comes to. */
export function programSuite({ write, ...described }: ProgramSuiteOptions): ProceduralSuite<Program> {
  return new ProceduralSuite({
    ...described,
    write: (level, random) => {
      const draft = write(level, random);
      const values = draft && solve(draft.program);
      if (!draft || !values) return null;
      const { question, program } = draft;
      return { question, answer: formatValue(values.get(program.items.at(-1)!.name)!), data: program };
    },
    verify: ({ answer }, finalText) => verifyAnswer(answer, finalText),
    goldText: ({ answer }) => `answer: ${answer}`,
    wrongTexts: ({ answer }) => [`answer: ${answer}1`, `answer: ${answer},1`, `answer: 1${answer}`],
  });
}
