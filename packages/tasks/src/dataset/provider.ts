import { defineProvider, type Provider, type TaskSuite } from '@rsim/core';
import { z } from 'zod';
import { DatasetSuite } from './dataset-suite.js';
import type { DatasetRecipe } from './recipe.js';
import { readSplits } from './source.js';

const place = z.string().min(1);

/** What every data set can be asked for; suites with more options extend it. */
export const datasetOptions = z.strictObject({
  path: z
    .union([place, z.strictObject({ train: place, validation: place, test: place, all: place }).partial()])
    .optional()
    .describe(
      'A file or folder (.jsonl, .json, .gz of these, .parquet), hf://datasets/…, or one of these for each of train, ' +
        'validation and test; downloaded from the hub by default.',
    ),
  shots: z.int().min(0).max(32).default(0).describe('Solved training problems shown before each question.'),
  levels: z.array(z.int().positive()).min(1).optional().describe('Only problems of these levels; all by default.'),
});

/** What a configuration can ask for by the recipe's name. */
export function datasetProvider<Data>(recipe: DatasetRecipe<Data>): Provider<TaskSuite> {
  return defineProvider<TaskSuite, typeof datasetOptions>({
    description: `${recipe.title} (${recipe.card.domain}).`,
    card: recipe.card,
    options: datasetOptions,
    create: (options, context) => openDataset(recipe, options, context),
  });
}

/** Reads, and where needed downloads, the rows of a recipe. @throws ProblemError, HubError, ConfigError */
export async function openDataset<Data>(
  recipe: DatasetRecipe<Data>,
  { path, shots, levels }: z.output<typeof datasetOptions>,
  context: Parameters<Provider<TaskSuite>['create']>[1],
): Promise<TaskSuite> {
  const rows = await readSplits(path ?? recipe.sources, context);
  return new DatasetSuite(recipe, rows, { shots, levels, seed: context.seed }) as TaskSuite;
}
