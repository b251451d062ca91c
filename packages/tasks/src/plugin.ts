import { definePlugin, defineProvider } from '@rsim/core';
import { z } from 'zod';
import { listPrograms } from './list-programs/suite.js';
import type { ProceduralSuite } from './procedural-suite.js';
import { tableQuestions } from './table-questions/suite.js';
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
    },
  },
});
