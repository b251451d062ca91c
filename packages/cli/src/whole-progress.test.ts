import { expect, test } from 'vitest';
import { WholeProgress, type WholeState } from './whole-progress.js';

const parts = [
  { name: 'row 0', kind: 'row', episodes: 100 },
  { name: '1 warm', kind: 'warm', episodes: 400 },
  { name: 'row 1', kind: 'row', episodes: 100 },
  { name: '2 warm', kind: 'warm', episodes: 400 },
];

function started() {
  const clock = { time: 0 };
  const kept: WholeState[] = [];
  const whole = new WholeProgress({ parts, keep: (state) => kept.push(state) }, () => clock.time);
  return { clock, kept, whole };
}

test('what is left is reckoned by kind, what did not begin yet at the slowest pace so far', () => {
  const { clock, whole } = started();
  const row = whole.part('row 0');
  row.begin();
  expect(whole.state).toEqual({ step: 0, episodes: 1000, secondsLeft: null });
  clock.time = 10_000;
  row.update(1);
  // 10 s for 100 episodes, and 900 to go.
  expect(row.text).toBe('whole 10 %, 1 min 30 s left');
  const warm = whole.part('1 warm');
  warm.begin();
  clock.time += 20_000;
  warm.update(0.5);
  // 200 in 20 s; 200 + 400 more at that pace, and the row's 100 at its own.
  expect(whole.state).toEqual({ step: 300, episodes: 1000, secondsLeft: 60 + 10 });
});

test('a run that goes on counts what was done before, not as done by it', () => {
  const { clock, whole } = started();
  for (const name of ['row 0', 'row 1']) {
    const cached = whole.part(name);
    cached.begin();
    clock.time += 10;
    cached.update(1);
  }
  expect(whole.state).toEqual({ step: 600, episodes: 1000, secondsLeft: null });
  const warm = whole.part('2 warm');
  warm.begin();
  warm.goOnFrom(0.5);
  clock.time += 10_000;
  warm.update(0.75);
  expect(whole.state).toEqual({ step: 900, episodes: 1000, secondsLeft: 10 });
});

test('the journal gets a state as a part begins, and seldom within it', () => {
  const { clock, kept, whole } = started();
  const row = whole.part('row 0');
  row.begin();
  for (const share of [0.1, 0.2, 0.3]) {
    clock.time += 4_000;
    row.update(share);
  }
  expect(kept.map(({ step }) => step)).toEqual([0, 30]);
  expect(() => whole.part('row 9')).toThrow(RangeError);
});
