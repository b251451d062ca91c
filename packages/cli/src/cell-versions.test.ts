import { parseConfig, type TaskSuite } from '@rsim/core';
import { expect, test } from 'vitest';
import { cellVersions } from './cell-versions.js';
import { versions } from './open-run.js';

const config = parseConfig({ tasks: [{ suite: 'plain' }, { suite: 'strict', options: { tolerance: 0.1 } }] }, 'test');
const suites = ['plain', 'strict'].map((name) => ({ name }) as TaskSuite);

test('cells of other versions, or of a suite with other options, are told apart', () => {
  const of = cellVersions(config, suites);
  expect(of('plain')).toBe(JSON.stringify(versions()));
  expect(of('strict')).toMatch(/"tolerance":0\.1/);
  const looser = parseConfig({ tasks: [{ suite: 'plain' }, { suite: 'strict', options: { tolerance: 1 } }] }, 'test');
  expect(cellVersions(looser, suites)('strict')).not.toBe(of('strict'));
});

test('a folder of the same versions needs no mark of them', () => {
  const of = cellVersions(config, suites, versions());
  expect(of('plain')).toBeUndefined();
  expect(of('strict')).toMatch(/tolerance/);
  expect(cellVersions(config, suites, { ...versions(), rsim: '0.0.1' })('plain')).toBe(JSON.stringify(versions()));
});
