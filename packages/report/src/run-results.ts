import { resultsSchema, sectionsOf } from '@rsim/evaluation';
import { isSequence } from './continual-matrix.js';
import type { RunData } from './report-data.js';
import type { RunFiles } from './run-files.js';

type ReadResults = Pick<RunData, 'results' | 'tables' | 'notices'>;

/** The results of a run as far as they can be shown, and what is to be said about them. */
export function resultsOf(files: RunFiles): ReadResults {
  const file = files.read('results.json');
  if (file.problem === 'missing') {
    return isSequence(files) ? without() : without('There is no results.json: the run was not evaluated yet.');
  }
  if (file.problem !== null) return without(`results.json cannot be read: ${file.why}.`);
  const parsed = resultsSchema.safeParse(file.json);
  if (!parsed.success) return without('results.json is not of schema rsim.results/1 and is left out.');
  return { results: parsed.data, tables: sectionsOf(parsed.data), notices: [] };
}

function without(...notices: readonly string[]): ReadResults {
  return { results: null, tables: [], notices };
}
