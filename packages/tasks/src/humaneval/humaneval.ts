import { extractCode } from '@rsim/verifiers';
import { z } from 'zod';
import { judgeTests } from '../code/judge-tests.js';
import { unixLines } from '../code/reference-names.js';
import type { DatasetRecipe } from '../dataset/recipe.js';
import { parseRow } from '../dataset/row.js';

const schema = z.object({
  task_id: z.string(),
  prompt: z.string().min(1),
  entry_point: z.string().regex(/^[A-Za-z_]\w*$/),
  canonical_solution: z.string(),
  test: z.string().min(1),
});

export interface HumanEvalData {
  readonly prompt: string;
  readonly entryPoint: string;
  readonly test: string;
}

const code = extractCode('python', 'the complete function');

/** HumanEval: a function by its signature and docstring, judged by the tests of its authors. */
export const humanEval: DatasetRecipe<HumanEvalData> = {
  name: 'humaneval',
  title: 'HumanEval: Python functions by docstring',
  card: { domain: 'code', size: { test: 164 }, licence: 'MIT', origin: 'openai/human-eval' },
  budget: { steps: 6, tokens: 2048, answerTokens: 1024 },
  sources: { test: 'hf://datasets/openai/openai_humaneval/openai_humaneval/test-*.parquet' },
  format: {
    instruction: `${code.instruction} An answer without a block is read as what follows the given lines.`,
    write: code.write,
  },
  entries: (row) => {
    const { prompt, entry_point: entryPoint, canonical_solution: solution, test } = parseRow(schema, row);
    const given = unixLines(prompt);
    return [
      {
        question: `Complete this Python function.\n\n${given}`,
        answer: given + unixLines(solution),
        data: { prompt: given, entryPoint, test: unixLines(test) },
      },
    ];
  },
  verify: ({ data: { prompt, entryPoint, test } }, text) =>
    judgeTests(programOf(text, prompt, entryPoint), {
      entryPoints: [entryPoint],
      // The prompt alone is a whole program: it holds the functions that some tests use.
      setup: prompt,
      tests: `${test}\ncheck(${entryPoint})\n`,
    }),
};

/** A block that defines the function follows the prompt, for its imports and helpers; anything else continues it. */
function programOf(text: string, prompt: string, entryPoint: string): string | null {
  const written = code.read(text) ?? text;
  if (written.trim() === '') return null;
  const isWhole = new RegExp(`^(?:async )?def ${entryPoint}\\b`, 'm').test(written);
  return isWhole ? `${prompt}\n${written}` : prompt + written;
}
