import { learningModes } from '@rsim/planner';
import { expect, test } from 'vitest';
import { comparedModes, comparisonsAmong } from './joint-modes.js';

test('the claim is compared by itself, and with each further mode that is asked for', () => {
  const claim = comparedModes([]);
  expect(Object.keys(claim)).toEqual(['joint', 'leader', 'alone']);
  expect(comparisonsAmong(claim).map(([mode]) => mode)).toEqual(['leader', 'alone', 'alone', 'start']);
  const turns = comparedModes(['alternating']);
  expect(Object.keys(turns)).toEqual(['joint', 'leader', 'alone', 'alternating']);
  expect(comparisonsAmong(turns).map(([mode]) => mode)).toContain('alternating');
  const all = comparedModes(['follower', 'alternating']);
  expect(Object.keys(all).sort()).toEqual([...learningModes].sort());
});

test('a word that is no further mode is refused', () => {
  expect(() => comparedModes(['alternating', 'leader'])).toThrow(
    'results:joint: "leader" is no further mode; there are alternating and follower',
  );
});
