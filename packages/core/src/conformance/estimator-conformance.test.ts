import { expect, test } from 'vitest';
import type { EpisodeEstimator } from '../advantage-estimator.js';
import { estimatorFlaws } from './estimator-conformance.js';

/** The first reward less the group's mean; nothing more. */
const plain: EpisodeEstimator = {
  name: 'plain',
  level: 'episode',
  advantages: (groups) =>
    groups.map((group) => {
      const scores = group.map((terms) => terms?.[0]?.score ?? null);
      const known = scores.filter((score) => score !== null);
      const mean = known.reduce((sum, score) => sum + score, 0) / known.length;
      return scores.map((score) => (score === null ? null : score - mean));
    }),
};

test('a sound estimator has no flaws', async () => {
  expect(await estimatorFlaws(plain)).toEqual([]);
});

test.each([
  ['has no name', { name: '' }],
  ['another layout', { advantages: () => [] }],
  ['cannot be compared', { advantages: (groups) => groups.map((group) => group.map((_, place) => -place)) }],
  ['no finite number', { advantages: (groups) => groups.map((group) => group.map((terms) => terms && NaN)) }],
  ['no larger advantage', { advantages: (groups) => groups.map((group) => group.map((terms) => terms && 0)) }],
  [
    'does not repeat itself',
    { advantages: (groups) => groups.map((group) => group.map((terms) => terms && Math.random())) },
  ],
  [
    'an empty batch: it fell over',
    {
      advantages: () => {
        throw new Error('it fell over');
      },
    },
  ],
] satisfies [string, Partial<EpisodeEstimator>][])('one is told: %s', async (flaw, change) => {
  expect((await estimatorFlaws({ ...plain, ...change })).join('\n')).toContain(flaw);
});
