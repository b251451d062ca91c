import type { Random } from '@rsim/core';
import { z } from 'zod';
import { defineSuite } from '../define-suite.js';
import type { Draft } from '../procedural-suite.js';
import { digitGrid } from '../word-forms.js';
import { emptyGrid, solutionsOf, type Grid, type GridShape } from './grid.js';

export interface GridData extends GridShape {
  /** Digits row by row; 0 is a blank. */
  readonly cells: Grid;
}

/** Side of the grid, size of its boxes if it has any, and how many cells are blank, by level from 1. */
const shapes = [
  { size: 4, blanks: 5 },
  { size: 4, blanks: 8 },
  { size: 4, box: [2, 2], blanks: 10 },
  { size: 5, blanks: 13 },
  { size: 6, box: [2, 3], blanks: 20 },
] as const satisfies readonly (GridShape & { blanks: number })[];

const options = z.strictObject({
  extraBlanks: z
    .int()
    .min(0)
    .max(2)
    .default(0)
    .describe('Blanks in addition to those of the level; levels 4 and 5 have few such grids and get slower.'),
});

const form = digitGrid();

export const gridPuzzles = defineSuite<typeof options, GridData>({
  name: 'grid-puzzles',
  title: 'Grid puzzles',
  domain: 'logic',
  description: 'Small Latin squares and sudokus with one solution (logic).',
  levelMeaning: `the number of blanks: ${shapes.map(({ blanks }) => blanks).join(', ')}, in grids of 4×4 to 6×6`,
  levels: [1, 2, 3, 4, 5],
  budget: { steps: 16, tokens: 1400, answerTokens: 96 },
  options,
  form: () => form,
  write: (level, random, { extraBlanks }) => writeGrid(shapes[level - 1]!, extraBlanks, random),
});

function writeGrid(
  { blanks, ...shape }: GridShape & { readonly blanks: number },
  extraBlanks: number,
  random: Random,
): Draft<GridData> | null {
  const [full] = solutionsOf(shape, emptyGrid(shape), 1, random);
  if (full === undefined) return null;
  const cells = [...full];
  let left = blanks + extraBlanks;
  for (const place of random.shuffle(full.map((_, index) => index))) {
    if (left === 0) break;
    cells[place] = 0;
    if (solutionsOf(shape, cells, 2).length > 1) cells[place] = full[place]!;
    else left -= 1;
  }
  if (left > 0) return null;
  const data = { ...shape, cells };
  return { question: tell(data, random), answer: rowsOf(full, shape.size, '').join(' / '), data };
}

function tell({ size, box, cells }: GridData, random: Random): string {
  const boxes = box === undefined ? '' : `, and so does each of the boxes of ${box[0]} rows and ${box[1]} columns`;
  const rule = random.pick([
    `Fill in the blanks so that each row and each column has every digit from 1 to ${size} once${boxes}.`,
    `In the finished grid, every row and every column contains each of the digits 1 to ${size} exactly once${boxes}.`,
  ]);
  const blank = random.pick(['_', '.', '?']);
  const rows = rowsOf(cells, size, ' ').map((row) => row.replaceAll('0', blank));
  return `${rule} Blanks are shown as "${blank}".\n\n${rows.join('\n')}\n`;
}

function rowsOf(cells: Grid, size: number, separator: string): string[] {
  return Array.from({ length: size }, (_, row) => cells.slice(row * size, (row + 1) * size).join(separator));
}
