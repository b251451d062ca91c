/** What is said of the order; things are places in the list of names, places count from 0. */
export type Clue =
  | { readonly kind: 'place' | 'not-place'; readonly one: number; readonly place: number }
  | { readonly kind: 'before' | 'next' | 'not-adjacent'; readonly one: number; readonly other: number }
  /** `one` is before `other`, with exactly `count` others between them. */
  | { readonly kind: 'between'; readonly one: number; readonly other: number; readonly count: number };

/** Orders, each as the place of every thing. */
export type Orders = readonly (readonly number[])[];

/** Whether the clue is true of an order. */
export function fits(clue: Clue, order: readonly number[]): boolean {
  const place = order[clue.one]!;
  if ('place' in clue) return (place === clue.place) === (clue.kind === 'place');
  const distance = order[clue.other]! - place;
  if (clue.kind === 'before') return distance > 0;
  if (clue.kind === 'next') return distance === 1;
  if (clue.kind === 'between') return distance === clue.count + 1;
  return Math.abs(distance) !== 1;
}
