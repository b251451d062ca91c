import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeEnvironment } from '../environment.js';
import { RunFolder } from '../run-folder.js';

/** A run of two suites in `folder`, begun and being written. */
export function smallRun(folder: string, resume = false): RunFolder {
  const config = {
    seed: 7,
    tasks: ['word-problems', 'list-programs'].map((suite) => ({ suite, options: {} })),
    follower: { name: 'embedded', options: { model: 'nano' } },
    training: { iterations: 3, unused: [] },
    evaluation: { split: 'test' },
    trackers: [{ name: 'mlflow', options: {} }],
  };
  const environment = describeEnvironment({ versions: { rsim: '0.1.0' }, configDirectory: folder });
  const run = RunFolder.open(folder, { config, environment, resume });
  run.journal(run.resumed ? 'resumed' : 'started');
  return run;
}

/** Journals an iteration as training does; every number in it tells which iteration it is of. */
export function journalIteration(run: RunFolder, iteration: number, stage = 'real'): void {
  run.journal('iteration', {
    ...{ stage, iteration, accuracy: iteration / 1000, nothing: null, list: [1, 2] },
    accuracyBySuite: { 'word-problems': iteration / 100, 'list-programs': iteration / 10 },
    update: { loss: -iteration },
  });
}

/** Leaves what a finished run has besides its journal. */
export function finishRun(run: RunFolder, accuracy = 0.5): void {
  const row = { suite: 'word-problems', split: 'test', follower: 'nano', policy: 'planner', accuracy };
  const interval = { n: 10, ciLow: 0.4, ciHigh: 0.6, tokensPerProblem: 20 };
  const rows = [1, 2].map((seed) => ({ ...row, ...interval, seed }));
  const comparison = { ...{ suite: 'word-problems', follower: 'nano', policy: 'planner', baseline: 'alone' }, n: 10 };
  run.write('results.json', {
    schema: 'rsim.results/1',
    rows,
    pooled: [{ ...row, ...interval, seed: 'all' }],
    comparisons: [{ ...comparison, difference: 0.1, ciLow: 0, ciHigh: 0.2, pHolm: 0.04 }],
  });
  const trained = join(run.checkpoints, 'trained');
  mkdirSync(trained, { recursive: true });
  writeFileSync(join(trained, 'planner.json'), '{}');
  writeFileSync(join(trained, 'weights.bin'), Buffer.from([1, 2, 255]));
  run.journal('finished', { seconds: 12 });
}
