import { defaultStrategies, type Provider, type TaskSuite } from '@rsim/core';
import { suiteFlaws } from '@rsim/core/conformance';
import { expect, test } from 'vitest';
import { suitesPlugin } from './plugin.js';

const context = { seed: 1, strategySet: defaultStrategies, configDirectory: import.meta.dirname };
/** Published suites are made of files that are not here; their own tests hold them to the same on files they write. */
const suites = Object.entries(suitesPlugin.provides.suites as Record<string, Provider<TaskSuite>>).filter(
  ([, { card }]) => card?.size === 'endless',
);

test.each(suites)('%s conforms to the port', async (name, provider) => {
  const suite = await provider.create(provider.options.parse({}), context);
  expect(suite.name).toBe(name);
  expect(await suiteFlaws(suite, { count: 8, longestQuestion: 1600 })).toEqual([]);
});

test.each(suites)('%s refuses options it does not know', (_, provider) => {
  expect(provider.options.safeParse({ nonsense: 1 }).success).toBe(false);
  expect(provider.options.safeParse({ levels: [] }).success).toBe(false);
  expect(provider.options.safeParse({ levels: [99] }).success).toBe(false);
});
