import { closest, distance } from 'fastest-levenshtein';

/** Says which names there are and, where one of them is close enough to be meant, which. */
export function suggest(name: string, known: readonly string[]): string {
  if (known.length === 0) return 'There are none.';
  const list = `Known: ${[...known].sort().join(', ')}.`;
  const nearest = closest(name, known);
  const isNear = distance(name.toLowerCase(), nearest.toLowerCase()) <= Math.max(2, Math.floor(name.length / 3));
  return isNear ? `Did you mean "${nearest}"? ${list}` : list;
}
