import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@rsim/core';
import { writeSampleRun, sampleSuites } from './sample-run.js';

export interface SampleSequenceOptions {
  readonly seed: number;
  readonly method?: string;
  readonly order?: 'sequential' | 'joint';
  /** How many tasks are done; all by default. */
  readonly tasks?: number;
}

const problemsOfTask = 20;

/** Writes a run on one task after the other, from random numbers. */
export function writeSampleSequence(
  path: string,
  { seed, method = 'naive', order = 'sequential', tasks = sampleSuites.length }: SampleSequenceOptions,
): void {
  const continual = { order, methods: [{ name: method, options: {} }] };
  writeSampleRun(path, { seed, problems: 1, finished: false, config: { continual } });
  const random = Random.of(seed, 'sample-sequence', method, order);
  const steps = order === 'joint' ? ['all tasks'] : sampleSuites.slice(0, tasks);
  const rows = [null, ...steps].map((after, step) => {
    const outcomes = Object.fromEntries(
      sampleSuites.map((suite, place) => {
        const chance =
          step === 0 ? 0.05 : order === 'joint' ? 0.7 : place < step ? 0.7 - 0.15 * (step - place - 1) : 0.2;
        return [suite, Array.from({ length: problemsOfTask }, () => Number(random.next() < chance)).join('')];
      }),
    );
    const share = (digits: string) => digits.replaceAll('0', '').length / digits.length;
    return {
      after,
      outcomes,
      accuracy: Object.fromEntries(sampleSuites.map((each) => [each, share(outcomes[each] ?? '')])),
    };
  });
  const keys = (suite: string) => Array.from({ length: problemsOfTask }, (_, place) => `${suite} ${place}`);
  write(path, 'continual.json', {
    ...{ schema: 'rsim.continual/1', order, method, seed, split: 'test', follower: 'nano', tasks: sampleSuites },
    ...{ problems: Object.fromEntries(sampleSuites.map((suite) => [suite, keys(suite)])), rows },
  });
}

const models = [
  ['nano', 160_192],
  ['a follower with a long name', 7e9],
  ['micro', 330_000],
] as const;

/** Writes a folder such as `rsim transfer` leaves, with two planners, one of which does harm. */
export function writeSampleTransfer(path: string): void {
  const planners = ['helpful', 'harmful'];
  const all = [...planners, 'alone', 'self-consistency (helpful)'];
  const rows = models.flatMap(([follower, followerParameters], column) =>
    all.map((policy, place) => {
      const accuracy = 0.7 - 0.15 * place + 0.05 * column;
      return {
        ...{ suite: 'all', split: 'test', follower, followerParameters, trainedOn: null, policy, seed: 'all', n: 100 },
        ...{ accuracy, ciLow: accuracy - 0.08, ciHigh: accuracy + 0.08, tokensPerProblem: 90, secondsPerProblem: 0.01 },
      };
    }),
  );
  const comparisons = models.flatMap(([follower], column) =>
    planners.map((policy, place) => {
      const difference = place === 0 ? 0.3 + 0.1 * column : -0.1;
      return {
        ...{ suite: 'all', follower, policy, baseline: 'alone', n: 100, difference },
        ...{
          ciLow: difference - 0.1,
          ciHigh: difference + 0.1,
          pMcNemar: place === 0 ? 1e-6 : 0.04,
          pHolm: place === 0 ? 1e-5 : 0.2,
        },
      };
    }),
  );
  mkdirSync(path, { recursive: true });
  write(path, 'transfer.json', {
    ...{ schema: 'rsim.transfer/1', rows, pooled: rows, comparisons, level: 0.95, failures: [] },
    planners: planners.map((name) => ({ name, trainedOn: 'nano', fingerprints: ['f'] })),
    followers: models.map(([name, parameters]) => ({ name, model: name, parameters, fingerprint: null })),
  });
}

function write(folder: string, name: string, content: unknown): void {
  writeFileSync(join(folder, name), JSON.stringify(content));
}
