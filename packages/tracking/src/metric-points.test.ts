import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flatten } from './flatten.js';
import { metricRecord, recordOfSuite } from './metric-points.js';
import { mlflowKey } from './mlflow/mlflow-key.js';

const time = '2026-01-01T00:00:00.000Z';

test('every number of a record is a point; texts name the series, the iteration is the step', () => {
  const record = {
    ...{ time, event: 'iteration', stage: 'real', iteration: 3, accuracy: 0.5, nothing: null, list: [1], note: 'a b' },
    ...{ seconds: { update: 2 }, accuracyBySuite: { 'word-problems': 0.25 } },
  };
  expect(metricRecord(record)).toEqual({
    ...{ series: 'real', step: 3 },
    points: [
      ['real/accuracy', 0.5],
      ['real/seconds/update', 2],
      ['real/accuracyBySuite/word-problems', 0.25],
    ].map(([name, value]) => ({ name, value, step: 3, time: Date.parse(time) })),
  });
  expect(metricRecord(recordOfSuite(record, 'word-problems'))?.points.map(({ name, value }) => [name, value])).toEqual([
    ['real/accuracy', 0.25],
  ]);
  expect(metricRecord(recordOfSuite(record, 'other'))).toBeNull();
});

test('without a text the event names the series, without a counter the step is 0, without a number there is nothing', () => {
  expect(metricRecord({ time, event: 'finished', seconds: 9 })).toMatchObject({ series: 'finished', step: 0 });
  expect(metricRecord({ time, event: 'started' })).toBeNull();
});

test('a configuration is flat text', () => {
  expect(flatten({ seed: 1, tasks: [{ suite: 'a', options: {} }], name: 'x', none: null })).toEqual([
    ['seed', '1'],
    ['tasks.0.suite', 'a'],
    ['tasks.0.options', '{}'],
    ['name', 'x'],
    ['none', 'null'],
  ]);
});

test('any name becomes one that MLflow takes, and those that it takes stay', () => {
  expect(mlflowKey('real/accuracyBySuite/word-problems')).toBe('real/accuracyBySuite/word-problems');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
      const key = mlflowKey(name);
      expect(key).toMatch(/^[/\p{L}\p{N}_.\- ]{1,250}$/u);
      expect(key.split('/').every((part) => part !== '' && !/^\.+$/.test(part))).toBe(true);
    }),
    { numRuns: 30 },
  );
});
