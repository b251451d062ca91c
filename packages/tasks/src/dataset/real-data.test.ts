import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defaultStrategies, take, validate, type ProviderContext, type Split } from '@rsim/core';
import { describe, expect, it } from 'vitest';
import { aime } from '../aime/aime.js';
import { gsm8k } from '../gsm8k/gsm8k.js';
import { math } from '../math/math.js';
import { mmluStem } from '../mmlu-stem/mmlu-stem.js';
import { olympiadbench } from '../olympiadbench/olympiadbench.js';
import { svamp } from '../svamp/svamp.js';
import { tatQa } from '../tat-qa/tat-qa.js';
import { theoremqa } from '../theoremqa/theoremqa.js';
import { datasetOptions, openDataset } from './provider.js';
import { readRows } from './read-rows.js';
import type { DatasetRecipe } from './recipe.js';

/** Folder with the data sets as their authors published them; docs/tasks/README.md says which files. */
const folder = process.env['RSIM_DATASETS'];
const splits: readonly Split[] = ['train', 'validation', 'test'];

/** Where the files are, how many problems they give, and how many of them are known to be wrong upstream. */
const cases: [DatasetRecipe<unknown>, unknown, number, number][] = [
  [gsm8k, 'gsm8k', 8792, 0],
  [math, { test: 'math500/test.jsonl' }, 500, 0],
  [aime, { test: 'aime24/test.jsonl' }, 30, 0],
  [olympiadbench, 'olympiadbench', 675, 0],
  [theoremqa, 'theoremqa/theoremqa_test.json', 747, 0],
  [svamp, 'svamp', 1000, 0],
  [mmluStem, { test: 'mmlu-stem/test.jsonl' }, 3006, 0],
  [tatQa, 'tatqa', 3328, 1],
];

const reason = folder === undefined ? ' (skipped: RSIM_DATASETS names no folder)' : '';

/** Files whose worked solutions end with the answer, each checked against the gold answer. */
const solved: [DatasetRecipe<unknown>, string][] = [
  [gsm8k, 'gsm8k/train.jsonl'],
  [gsm8k, 'gsm8k/test.jsonl'],
  [math, 'math500/test.jsonl'],
];

describe.skipIf(folder === undefined)(`gold answers of the published data sets${reason}`, () => {
  const context: ProviderContext = { seed: 1, strategySet: defaultStrategies, configDirectory: folder ?? '' };

  it.each(cases)(
    '$name: every one passes, but for those that are wrong upstream',
    async (recipe, path, count, wrong) => {
      expect(
        existsSync(join(folder!, typeof path === 'string' ? path : (Object.values(path as object)[0] as string))),
      ).toBe(true);
      const suite = await openDataset(recipe, datasetOptions.parse({ path }), context);
      let checked = 0;
      for (const split of splits) {
        const validation = await validate(suite, { split, seed: 1 }, Infinity);
        expect(validation.refused.map(({ problem, reason: why }) => [problem.key, problem.answer, why])).toEqual([]);
        checked += validation.checked;
      }
      expect(take(suite.problems({ split: 'test', seed: 1 }), 3).length).toBe(3);
      expect([checked, suite.exceptions?.length]).toEqual([count, wrong]);
    },
    600_000,
  );

  it.each(solved)('$name: every worked solution passes', async (recipe, file) => {
    for (const row of await readRows(join(folder!, file))) {
      const { answer: text, solution = text } = row.value as { answer: string; solution?: string };
      for (const entry of recipe.entries(row)) {
        expect([row.place, (await recipe.verify(entry, solution)).status]).toEqual([row.place, 'correct']);
      }
    }
  });
});
