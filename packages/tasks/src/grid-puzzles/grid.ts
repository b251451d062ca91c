import type { Random } from '@rsim/core';

/** Digits row by row, 1 to the side of the grid; 0 is a blank. */
export type Grid = readonly number[];

export interface GridShape {
  /** Rows, and columns. */
  readonly size: number;
  /** Rows and columns of a box, where boxes hold each digit once as well. */
  readonly box?: readonly [number, number];
}

export function emptyGrid({ size }: GridShape): Grid {
  return Array<number>(size * size).fill(0);
}

/**
 * Finished grids that agree with `cells`, at most `most` of them: a full search, so fewer are all there are. With
 * `random`, digits are tried in random order.
 */
export function solutionsOf(shape: GridShape, cells: Grid, most: number, random?: Random): Grid[] {
  const found: Grid[] = [];
  const grid = [...cells];
  const search = (): void => {
    const next = tightest(shape, grid);
    if (next === null) {
      found.push([...grid]);
      return;
    }
    const digits = random === undefined ? next.digits : random.shuffle(next.digits);
    for (const digit of digits) {
      grid[next.place] = digit;
      search();
      if (found.length >= most) break;
    }
    grid[next.place] = 0;
  };
  search();
  return found;
}

/** The blank with the fewest digits left, or `null` when there is no blank. */
function tightest(shape: GridShape, grid: Grid): { place: number; digits: number[] } | null {
  let best: { place: number; digits: number[] } | null = null;
  for (const [place, digit] of grid.entries()) {
    if (digit !== 0) continue;
    const digits = digitsFor(shape, grid, place);
    if (best === null || digits.length < best.digits.length) best = { place, digits };
    if (digits.length <= 1) break;
  }
  return best;
}

function digitsFor({ size, box }: GridShape, grid: Grid, place: number): number[] {
  const [row, column] = [Math.floor(place / size), place % size];
  const isFree = Array<boolean>(size + 1).fill(true);
  for (let step = 0; step < size; step += 1) {
    isFree[grid[row * size + step]!] = false;
    isFree[grid[step * size + column]!] = false;
    if (box === undefined) continue;
    const [rows, columns] = box;
    const top = row - (row % rows) + Math.floor(step / columns);
    const left = column - (column % columns) + (step % columns);
    isFree[grid[top * size + left]!] = false;
  }
  return Array.from({ length: size }, (_, index) => index + 1).filter((digit) => isFree[digit]);
}
