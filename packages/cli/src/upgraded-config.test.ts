import { parseConfig } from '@rsim/core';
import { expect, test } from 'vitest';
import { upgradedConfig } from './upgraded-config.js';

test('a run that was started before estimators had names can be read', () => {
  const old = (normalisation: string) => ({ ...parseConfig({}, 'test'), training: { group: 4, normalisation } });
  for (const [before, after] of [
    ['sum', 'grpo'],
    ['each', 'gdpo'],
  ] as const) {
    expect(() => parseConfig(old(before), 'test')).toThrow(/training\.normalisation/);
    const { training } = parseConfig(upgradedConfig(old(before)), 'test');
    expect(training).toMatchObject({ group: 4, estimator: { name: after } });
  }
});

test('everything else is left alone', () => {
  const config = parseConfig({}, 'test');
  for (const written of [config, { training: { group: 3 } }, null, [], 'text']) {
    expect(upgradedConfig(written)).toBe(written);
  }
});
