import { definePlugin, defineProvider } from '@rsim/core';
import { z } from 'zod';
import { aime } from './aime/suite.js';
import { codeInstructions } from './code-instructions/code-instructions.js';
import { datasetProvider } from './dataset/provider.js';
import { functionWritingProvider } from './function-writing/function-writing.js';
import { gsm8k } from './gsm8k/suite.js';
import { humanEval } from './humaneval/humaneval.js';
import { listPrograms } from './list-programs/suite.js';
import { math } from './math/suite.js';
import { mbpp } from './mbpp/mbpp.js';
import { mmluPro } from './mmlu-pro/suite.js';
import { mmluStem } from './mmlu-stem/suite.js';
import { olympiadbench } from './olympiadbench/suite.js';
import type { ProceduralSuite } from './procedural-suite.js';
import { svamp } from './svamp/suite.js';
import { tableQuestions } from './table-questions/suite.js';
import { tatQa } from './tat-qa/suite.js';
import { theoremqa } from './theoremqa/suite.js';
import { wordProblems } from './word-problems/suite.js';

const options = z.strictObject({
  levels: z
    .array(z.int().min(2).max(5))
    .min(1)
    .optional()
    .describe('Only problems with these numbers of solution items; 2 to 5 by default.'),
});

const provider = (description: string, domain: string, make: (levels?: readonly number[]) => ProceduralSuite) =>
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
