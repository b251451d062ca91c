import { defaultStrategies, definePlugin, defineProvider, type Plugin } from '@rsim/core';
import { rewardsPlugin } from '@rsim/rewards';
import { listPrograms, tableQuestions, wordProblems, type ProceduralSuite } from '@rsim/tasks';
import { z } from 'zod';

const none = z.strictObject({});

const strategiesPlugin = definePlugin({
  name: '@rsim/core',
  provides: {
    strategySets: {
      'rsim-nine': defineProvider({
        description: 'The nine strategies of rSIM (arXiv 2512.08300, section 3), with our own prompts.',
        options: none,
        create: () => defaultStrategies,
      }),
    },
  },
});

const suiteProvider = (create: () => ProceduralSuite) =>
  defineProvider({ description: create().title, options: none, create });

const suitesPlugin = definePlugin({
  name: '@rsim/tasks',
  provides: {
    suites: {
      'word-problems': suiteProvider(wordProblems),
      'list-programs': suiteProvider(listPrograms),
      'table-questions': suiteProvider(tableQuestions),
    },
  },
});

/** What comes with rsim. */
export const builtInPlugins: readonly Plugin[] = [strategiesPlugin, suitesPlugin, rewardsPlugin];
