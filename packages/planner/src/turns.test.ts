import { expect, test } from 'vitest';
import { turnAt, type LearningMode } from './turns.js';

const learners = (mode: LearningMode, settings: { followerEvery?: number; turn?: number } = {}) =>
  Array.from({ length: 6 }, (_, iteration) => {
    const { leader, follower } = turnAt({ mode, followerEvery: 1, turn: 2, ...settings }, iteration);
    return `${leader ? 'L' : ''}${follower ? 'F' : ''}`;
  }).join(' ');

test('who learns in which iteration', () => {
  expect(learners('leader')).toBe('L L L L L L');
  expect(learners('joint')).toBe('LF LF LF LF LF LF');
  expect(learners('joint', { followerEvery: 3 })).toBe('L L LF L L LF');
  expect(learners('alternating')).toBe('L L F F L L');
  expect(learners('follower')).toBe('F F F F F F');
  expect(learners('alone')).toBe('F F F F F F');
});
