import {
  accuracyMatrixSchema,
  comparableMatrices,
  metricsSection,
  summariseMatrices,
  type Section,
} from '@rsim/evaluation';

/**
 * Metrics of continual learning by method, with intervals: a table for each set of finished runs that were measured on the
 * same problems.
 *
 * @param contents what the runs' `continual.json` hold; others and unfinished ones are left out.
 */
export function continualTables(contents: readonly unknown[]): Section[] {
  const sets = comparableMatrices(contents.flatMap((json) => accuracyMatrixSchema.safeParse(json).data ?? []));
  return sets.map((runs) => {
    const [{ tasks, follower }] = runs;
    const table = metricsSection(summariseMatrices(runs));
    return sets.length < 2 ? table : { ...table, title: `${tasks.join(', ')} with ${follower}. ${table.title}` };
  });
}
