import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SkippedUpdate } from '@rsim/planner';
import { describeEnvironment, RunFolder } from '@rsim/tracking';
import { expect, test } from 'vitest';
import { keepSkippedBatch } from './keep-skipped-batch.js';
import { TrainingWatch } from './training-watch.js';

/** A record in which the leader makes one choice so often. */
const recordOf = (iteration: number, share: number) => ({
  ...{ iteration, accuracy: 0.5, steps: 5, terminationRate: 0.9, episodes: 8, errors: 0, update: null },
  strategyUse: { continuation: share, termination: 1 - share },
});

test('a warning is said once when its trouble begins, and kept', () => {
  const said: string[] = [];
  const kept: string[] = [];
  const watch = new TrainingWatch({
    section: 'training.stage2',
    say: (line) => said.push(line),
    keep: ({ code }, iteration) => kept.push(`${code} at ${iteration}`),
  });
  for (let iteration = 1; iteration <= 40; iteration += 1) watch.see(recordOf(iteration, iteration > 10 ? 1 : 0.5));
  expect(kept).toEqual(['collapse at 15']);
  expect(said).toEqual([
    expect.stringMatching(
      /^warning: the leader chooses continuation 100 % of the time \(collapse\)\. Raise training\.stage2\.entropy .*\.$/,
    ),
  ]);
});

test('skipped batches are kept readable, the first ten', () => {
  const base = mkdtempSync(join(tmpdir(), 'rsim-skipped-'));
  try {
    const environment = describeEnvironment({ versions: {}, configDirectory: base });
    using run = RunFolder.open(join(base, 'run'), { config: {}, environment });
    const settings = { epochs: 1, minibatches: 1, clip: 0.2, learningRate: NaN, entropy: 0, maxGradientNorm: Infinity };
    for (let iteration = 1; iteration <= 12; iteration += 1) {
      const update: SkippedUpdate = { iteration, role: 'leader', reasons: ['the loss is NaN'], groups: [], settings };
      keepSkippedBatch(run, 'real', update);
    }
    const names = readdirSync(join(run.path, 'skipped')).sort();
    expect(names).toHaveLength(10);
    expect(names[0]).toBe('real-000001-leader.json');
    expect(JSON.parse(readFileSync(join(run.path, 'skipped', 'real-000001-leader.json'), 'utf8'))).toMatchObject({
      reasons: ['the loss is NaN'],
      settings: { learningRate: 'NaN', maxGradientNorm: 'Infinity' },
    });
  } finally {
    rmSync(base, { recursive: true });
  }
});
