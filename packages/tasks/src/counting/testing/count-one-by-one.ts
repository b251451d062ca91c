import type { CountingData } from '../kinds.js';

/** More cases than this are not gone through. */
const mostCases = 3000;

/** Counts what the formulas of the kinds say, by going through the cases; `null` where they are too many. */
export function countOneByOne({ kind, numbers, letters = '' }: CountingData): number | null {
  const [a = 0, b = 0, c = 0, d = 0] = numbers;
  switch (kind) {
    case 'product':
      return tuples([a, b, c], () => true);
    case 'codes':
      return tuples([...Array<number>(a).fill(b), ...Array<number>(c).fill(10)], () => true);
    case 'arrangements':
      return tuples(Array<number>(b).fill(a), isInjective);
    case 'choices':
      return tuples(Array<number>(a).fill(2), (taken) => sum(taken) === b);
    case 'committees':
      return tuples(Array<number>(a + b).fill(2), (taken) => sum(taken.slice(0, a)) === c && sum(taken.slice(a)) === d);
    case 'at-least':
      return tuples(Array<number>(a + b).fill(2), (taken) => sum(taken) === c && sum(taken.slice(0, a)) >= d);
    case 'words': {
      const words = new Set<string>();
      const places = Array<number>(letters.length).fill(letters.length);
      const tried = tuples(places, (order) => {
        if (!isInjective(order)) return false;
        words.add(order.map((place) => letters[place]).join(''));
        return true;
      });
      return tried === null ? null : words.size;
    }
    case 'together':
    case 'apart':
      return tuples(Array<number>(a).fill(a), (seats) => {
        return isInjective(seats) && (Math.abs(seats[0]! - seats[1]!) === 1) === (kind === 'together');
      });
    case 'paths':
      return tuples(Array<number>(a + b).fill(2), (moves) => sum(moves) === a && !passes(moves, c, d));
    default:
      return tuples([a], ([index]) => [b, c, d].every((divisor) => (index! + 1) % divisor !== 0));
  }
}

/** How many tuples with `sizes[i]` values at place i are accepted. */
function tuples(sizes: readonly number[], isCounted: (tuple: readonly number[]) => boolean): number | null {
  const cases = sizes.reduce((product, size) => product * size, 1);
  if (cases > mostCases) return null;
  let count = 0;
  for (let code = 0; code < cases; code += 1) {
    let rest = code;
    const tuple = sizes.map((size) => {
      const value = rest % size;
      rest = Math.floor(rest / size);
      return value;
    });
    if (isCounted(tuple)) count += 1;
  }
  return count;
}

/** Whether a walk of moves, 1 east and 0 north, comes to the crossing. */
function passes(moves: readonly number[], east: number, north: number): boolean {
  return sum(moves.slice(0, east + north)) === east;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const isInjective = (values: readonly number[]): boolean => new Set(values).size === values.length;
