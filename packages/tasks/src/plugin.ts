import { definePlugin, defineProvider } from '@rsim/core';
import type { Program } from '@rsim/microworld';
import { z } from 'zod';
import { listPrograms } from './list-programs/list-programs.js';
import type { ProceduralSuite } from './procedural-suite.js';
import { proceduralSuites } from './procedural-suites.js';
import { tableQuestions } from './table-questions/table-questions.js';
import { wordProblems } from './word-problems/word-problems.js';
import { aime } from './aime/aime.js';
import { codeInstructions } from './code-instructions/code-instructions.js';
import { datasetProvider } from './dataset/provider.js';
import { functionWritingProvider } from './function-writing/function-writing.js';
import { gsm8k } from './gsm8k/gsm8k.js';
import { humanEval } from './humaneval/humaneval.js';
import { math } from './math/math.js';
import { mbpp } from './mbpp/mbpp.js';
import { mmluPro } from './mmlu-pro/mmlu-pro.js';
import { mmluStem } from './mmlu-stem/mmlu-stem.js';
import { olympiadbench } from './olympiadbench/olympiadbench.js';
import { svamp } from './svamp/svamp.js';
import { tatQa } from './tat-qa/tat-qa.js';
import { theoremqa } from './theoremqa/theoremqa.js';

const options = z.strictObject({
  levels: z
    .array(z.int().min(2).max(5))
    .min(1)
    .optional()
    .describe('Only problems with these numbers of solution items; 2 to 5 by default.'),
});

const provider = (
  description: string,
  domain: string,
  make: (levels?: readonly number[]) => ProceduralSuite<Program>,
) =>
  defineProvider({
    description,
    card: { domain, size: 'endless', licence: 'Apache-2.0', origin: 'written by rsim' },
    options,
    create: ({ levels }) => make(levels),
  });

/** The task suites of this package, by name. */
export const suitesPlugin = definePlugin({
  name: '@rsim/tasks',
  provides: {
    suites: {
      'word-problems': provider('Arithmetic word problems of 2 to 5 items (mathematics).', 'mathematics', wordProblems),
      'list-programs': provider('Programs of 2 to 5 instructions over a list (code).', 'code', listPrograms),
      'table-questions': provider(
        'Chains of book-keeping on the rows of a table (finance).',
        'finance',
        tableQuestions,
      ),
      ...Object.fromEntries(proceduralSuites.map(({ name, provider }) => [name, provider])),
      'function-writing': functionWritingProvider,
      humaneval: datasetProvider(humanEval),
      mbpp: datasetProvider(mbpp),
      'code-instructions': datasetProvider(codeInstructions),
      gsm8k: datasetProvider(gsm8k),
      math: datasetProvider(math),
      aime: datasetProvider(aime),
      olympiadbench: datasetProvider(olympiadbench),
      theoremqa: datasetProvider(theoremqa),
      svamp: datasetProvider(svamp),
      'mmlu-stem': datasetProvider(mmluStem),
      'mmlu-pro': datasetProvider(mmluPro),
      'tat-qa': datasetProvider(tatQa),
    },
  },
});
