import { expect, test } from 'vitest';
import { turnAt, type LearningMode, type TurnSettings } from './turns.js';

const learners = (mode: LearningMode, settings: Partial<TurnSettings> = {}) =>
  Array.from({ length: settings.iterations ?? 6 }, (_, iteration) => {
    const { leader, follower } = turnAt({ mode, iterations: 6, followerEvery: 1, turn: 2, ...settings }, iteration);
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

test('turns that grow or shrink over the stage', () => {
  const iterations = 12;
  // Spans begin at 0, 1, 2, 4, 6 and 9, and are 1, 1.25, 1.5, 2, 2.5 and 3.25 iterations long, rounded.
  expect(learners('joint', { iterations, followerEvery: 1, finalFollowerEvery: 4 })).toBe(
    'LF LF L LF L LF L L LF L L LF',
  );
  expect(learners('joint', { iterations, followerEvery: 4, finalFollowerEvery: 1 })).toBe(
    'L L L LF L L LF L LF L LF LF',
  );
  // From 0, 4, 7, 9 and 11: 4, 3, 2.25, 1.75 and 1.25 iterations.
  expect(learners('alternating', { iterations, turn: 4, finalTurn: 1 })).toBe('L L L L F F F L L F F L');
});
