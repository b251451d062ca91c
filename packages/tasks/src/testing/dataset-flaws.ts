import { take, type Problem, type Verdict } from '@rsim/core';
import { suiteFlaws } from '@rsim/core/conformance';
import { DatasetSuite } from '../dataset/dataset-suite.js';
import type { DatasetRecipe } from '../dataset/recipe.js';
import type { Row } from '../dataset/row.js';

/** A suite over rows given in a test, all of them test problems. */
export function suiteOf<Data>(recipe: DatasetRecipe<Data>, values: readonly unknown[]): DatasetSuite<Data> {
  return new DatasetSuite(recipe, { test: rowsOf(values) }, { seed: 1 });
}

/** The only problem of one row. */
export function problemOf<Data>(recipe: DatasetRecipe<Data>, value: unknown): Problem<Data> {
  const [problem] = take(suiteOf(recipe, [value]).problems({ split: 'test', seed: 1 }), 1);
  return problem!;
}

/** What the recipe says of a text for the only problem of one row. */
export async function verdictOn<Data>(recipe: DatasetRecipe<Data>, value: unknown, text: string): Promise<Verdict> {
  return recipe.verify(problemOf(recipe, value), text);
}

/** What is wrong with the recipe as a suite over these rows, which stand for all splits in turn. */
export function datasetFlaws<Data>(recipe: DatasetRecipe<Data>, values: readonly unknown[]): Promise<string[]> {
  const [train, validation, test] = [0, 1, 2].map((turn) => rowsOf(values.filter((_, index) => index % 3 === turn)));
  return suiteFlaws(new DatasetSuite(recipe, { train, validation, test }, { seed: 1, shots: 0 }));
}

function rowsOf(values: readonly unknown[]): Row[] {
  return values.map((value, index) => ({ value, place: `rows.jsonl, line ${index + 1}` }));
}
