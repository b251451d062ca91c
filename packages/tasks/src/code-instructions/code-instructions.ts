import type { Verdict } from '@rsim/core';
import { extractCode } from '@rsim/verifiers';
import { z } from 'zod';
import { judgeTests } from '../code/judge-tests.js';
import { referenceNames, unixLines } from '../code/reference-names.js';
import type { DatasetRecipe } from '../dataset/recipe.js';
import { parseRow } from '../dataset/row.js';

const schema = z.object({
  instruction: z.string().min(1),
  input: z.string().nullish(),
  output: z.string().min(1),
  /** Python assertions. */
  tests: z.union([z.string(), z.array(z.string())]).nullish(),
});

export interface CodeInstructionData {
  /** `null` where the row has no tests: then only the text of the reference passes. */
  readonly tests: string | null;
  readonly imports: string;
  readonly entryPoints: readonly string[];
}

const code = extractCode('python', 'the code');
const instruction =
  'Answer with the code in one block that starts and ends with ```. An answer without a block is read as a whole.';

/** Instructions with code as their answer, as CodeAlpaca has them, and tests where somebody has written them. */
export const codeInstructions: DatasetRecipe<CodeInstructionData> = {
  name: 'code-instructions',
  title: 'Code by instruction, in the format of CodeAlpaca',
  card: { domain: 'code', size: { train: 20_022 }, licence: 'CC-BY-NC-4.0', origin: 'sahil280114/codealpaca' },
  budget: { steps: 6, tokens: 1024, answerTokens: 512 },
  sources: { all: 'hf://datasets/sahil2801/CodeAlpaca-20k/code_alpaca_20k.json' },
  format: { instruction, write: (answer) => `\`\`\`\n${answer}\n\`\`\`` },
  entries: (row) => {
    const { instruction: text, input, output, tests: given } = parseRow(schema, row);
    const answer = code.read(output) ?? unixLines(output);
    // A reference that would end the block around it cannot be told from two blocks.
    if (answer.trim() === '' || answer.includes('```')) return [];
    const tests = given && unixLines(Array.isArray(given) ? given.join('\n') : given);
    const names = referenceNames(answer, tests ?? '');
    const question = input ? `${text.trim()}\n\nInput:\n${input.trim()}` : text.trim();
    return [{ question, answer, data: { ...names, tests: tests || null } }];
  },
  verify: ({ answer, data: { tests, imports, entryPoints } }, text) => {
    const program = code.read(text) ?? (text.trim() === '' ? null : unixLines(text));
    if (tests === null) return judgeText(program, answer);
    return judgeTests(program, { setup: imports, entryPoints, tests });
  },
};

/** Without tests nothing can be run; what is the same but for white space at the ends of lines and blank lines passes. */
function judgeText(program: string | null, reference: string): Verdict {
  if (program === null) return { status: 'unparsed', score: 0, extracted: null };
  const isSame = significant(program) === significant(reference);
  return { status: isSame ? 'correct' : 'wrong', score: isSame ? 1 : 0, extracted: program };
}

function significant(text: string): string {
  const lines = unixLines(text).split('\n');
  return lines
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}
