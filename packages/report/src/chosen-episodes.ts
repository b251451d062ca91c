/** Which of a run's episodes a page keeps, in their order: those of the evaluation first, then training, evenly spread. */
export function chosenEpisodes<T extends { readonly iteration: number | null }>(
  records: readonly T[],
  most: number,
): readonly T[] {
  if (records.length <= most) return records;
  const evaluation = records.filter(({ iteration }) => iteration === null);
  const training = records.filter(({ iteration }) => iteration !== null);
  const kept = new Set([...spread(evaluation, most), ...spread(training, most - Math.min(most, evaluation.length))]);
  return records.filter((record) => kept.has(record));
}

function spread<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)] as T);
}
