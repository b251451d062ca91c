import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawGroups } from './draw-groups.js';

const silent = (groups: readonly boolean[]) => groups.filter((tells) => !tells).length;

test('draws in place of what tells nothing, and stops when there is enough', async () => {
  const rounds = [
    [true, false, false],
    [false, true],
    [true, true],
  ];
  const asked: number[] = [];
  const draw = (count: number, round: number) => {
    asked.push(count);
    return Promise.resolve(rounds[round]!.slice(0, count));
  };
  expect(await drawGroups({ wanted: 3, rounds: 5, draw, silent })).toEqual([true, false, false, false, true, true]);
  expect(asked).toEqual([3, 2, 1]);
});

test('never draws more than the rounds allow, nor when nothing more comes', () =>
  fc.assert(
    fc.asyncProperty(
      fc.nat(4),
      fc.integer({ min: 1, max: 6 }),
      fc.infiniteStream(fc.boolean()),
      async (rounds, wanted, tells) => {
        let drawn = 0;
        const draw = (count: number, round: number) => {
          drawn = round + 1;
          return Promise.resolve(Array.from({ length: count }, () => tells.next().value));
        };
        const groups = await drawGroups({ wanted, rounds, draw, silent });
        expect(groups.length).toBeLessThanOrEqual(wanted * (1 + rounds));
        expect(groups.length - silent(groups) === wanted || drawn === 1 + rounds).toBe(true);
      },
    ),
  ));

test('ends when a suite has no more problems', async () => {
  const draw = (count: number, round: number) => Promise.resolve(round === 0 ? Array<boolean>(count).fill(false) : []);
  expect(await drawGroups({ wanted: 2, rounds: 9, draw, silent })).toEqual([false, false]);
});
