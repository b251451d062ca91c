/**
 * Cliff's delta: how much more often a value of the first kind exceeds one of the second than the other way round, over all pairs
 * (Cliff 1993). From −1 to 1; 0 where neither tends to be larger. For outcomes of 0 and 1 it is the difference of their means.
 *
 * @throws RangeError when one side is empty.
 */
export function cliffsDelta(first: readonly number[], second: readonly number[]): number {
  if (first.length === 0 || second.length === 0) throw new RangeError('cliffsDelta: both sides need a value');
  const ascending = [...second].sort((left, right) => left - right);
  // Both counts only grow along ascending values, so each side is walked through once.
  let [below, atMost, dominance] = [0, 0, 0];
  for (const value of [...first].sort((left, right) => left - right)) {
    while (below < ascending.length && (ascending[below] as number) < value) below += 1;
    while (atMost < ascending.length && (ascending[atMost] as number) <= value) atMost += 1;
    dominance += below - (ascending.length - atMost);
  }
  return dominance / (first.length * second.length);
}
