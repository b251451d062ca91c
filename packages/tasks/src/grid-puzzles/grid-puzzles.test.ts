import { expect } from 'vitest';
import { describeSuite } from '../testing/describe-suite.js';
import { gridPuzzles } from './grid-puzzles.js';
import { solutionsOf } from './grid.js';

describeSuite(gridPuzzles.suite(), {
  keys: ['3837c2f5dedb96b0', 'f921769666109478', 'b17960d265d85461', '43034b833e958518', '61eaf65be6d2fb9e'],
  // There is one solution; it agrees with the given digits, and rows, columns and boxes have each digit once.
  check: ({ data, answer }) => {
    const { size, box, cells } = data;
    expect(solutionsOf(data, cells, 2)).toHaveLength(1);
    const rows = answer.split(' / ').map((row) => [...row].map(Number));
    const full = rows.flat();
    expect(cells.every((digit, place) => digit === 0 || digit === full[place])).toBe(true);
    const [height, width] = box ?? [1, size];
    for (let index = 0; index < size; index += 1) {
      const boxed = full.filter((_, place) => {
        const [row, column] = [Math.floor(place / size), place % size];
        return Math.floor(row / height) * (size / width) + Math.floor(column / width) === index;
      });
      for (const unit of [rows[index]!, rows.map((row) => row[index]!), boxed]) expect(new Set(unit).size).toBe(size);
    }
  },
});
