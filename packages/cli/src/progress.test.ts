import { expect, test } from 'vitest';
import { duration, Progress, sayInstead } from './progress.js';

function recorder(isTTY: boolean) {
  const written: string[] = [];
  const clock = { time: 0 };
  const stream = { isTTY, columns: 200, write: (text: string) => written.push(text) };
  return { written, clock, stream, now: () => clock.time };
}

test('a plain stream gets whole lines, seldom', () => {
  const { written, clock, stream, now } = recorder(false);
  const progress = new Progress({ label: 'training', total: 400, unit: 'episodes' }, stream, now);
  clock.time = 5_000;
  progress.update(100, 'accuracy 0.40');
  clock.time = 10_000;
  progress.update(200, 'accuracy 0.50');
  clock.time = 20_000;
  progress.finish();
  expect(written).toEqual([
    'training 0/400 episodes · 0 %\n',
    'training 200/400 episodes · 50 % · 20/s · 10 s left · accuracy 0.50\n',
    'training: 200 episodes in 20 s · accuracy 0.50\n',
  ]);
});

test('a terminal line is redrawn in place and cut to its width', () => {
  const { written, clock, stream, now } = recorder(true);
  const progress = new Progress({ label: 'evaluating', total: 10, unit: 'problems' }, { ...stream, columns: 12 }, now);
  clock.time = 200;
  progress.update(5);
  expect(written.at(-2)).toBe('\r\u001b[2K');
  expect(written.at(-1)).toBe('evaluating ');
});

test('work that goes on has the rate and the count of what is done now', () => {
  const { written, clock, stream, now } = recorder(false);
  const progress = new Progress({ label: 'training', total: 100, unit: 'iterations' }, stream, now);
  clock.time = 2_000;
  progress.goOnFrom(90);
  clock.time = 12_000;
  progress.update(95);
  progress.finish();
  expect(written.slice(-2)).toEqual([
    'training 95/100 iterations · 95 % · 30/min · 10 s left\n',
    'training: 5 iterations in 10 s\n',
  ]);
});

test.each([
  [0, '0 s'],
  [59.4, '59 s'],
  [65, '1 min 05 s'],
  [3600 * 2 + 61, '2 h 01 min'],
])('%d seconds read as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test('what is said instead of a progress line does not stand behind it', () => {
  const { written, stream } = recorder(true);
  sayInstead('error: the disk is full', stream);
  expect(written).toEqual(['\r\u001b[2Kerror: the disk is full\n']);
  const plain = recorder(false);
  sayInstead('error: the disk is full', plain.stream);
  expect(plain.written).toEqual(['error: the disk is full\n']);
});
