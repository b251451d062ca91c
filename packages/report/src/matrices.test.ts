import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { continualTables } from './continual-tables.js';
import { makeReport } from './make-report.js';
import { RunFiles } from './run-files.js';
import { RunReader } from './run-reader.js';
import { writeSampleSequence } from './testing/sample-matrices.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-matrices-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(name: string, content: unknown) {
  writeFileSync(join(folder, name), JSON.stringify(content));
  const reader = new RunReader(folder);
  reader.read();
  return reader.run.data;
}

const continual = {
  ...{ schema: 'rsim.continual/1', order: 'sequential', method: 'naive', seed: 1, follower: 'nano', split: 'test' },
  ...{ tasks: ['a', 'b'], problems: { a: ['p'], b: ['q'] } },
  rows: [
    { after: null, outcomes: { a: '0', b: '0' }, accuracy: { a: 0, b: 0 } },
    { after: 'a', outcomes: { a: '1' }, accuracy: { a: 1 } },
  ],
};

test('the accuracy matrix of a sequence, as far as it is measured', () => {
  expect(read('continual.json', continual).continual).toEqual({
    ...{ order: 'sequential', method: 'naive', tasks: ['a', 'b'], after: [null, 'a'] },
    accuracies: [
      [0, 0],
      [1, null],
    ],
    tables: [],
  });
});

test('runs of tasks in sequence get a table of metrics together, unfinished ones left out', async () => {
  const paths = ['naive-1', 'naive-2', 'joint-1', 'cut'].map((name) => join(folder, name));
  writeSampleSequence(paths[0] as string, { seed: 1 });
  writeSampleSequence(paths[1] as string, { seed: 2 });
  writeSampleSequence(paths[2] as string, { seed: 1, order: 'joint' });
  writeSampleSequence(paths[3] as string, { seed: 3, tasks: 1 });
  const tables = continualTables(paths.map((path) => new RunFiles(path).read('continual.json').json));
  expect(tables).toHaveLength(1);
  expect(tables[0]?.head).toEqual(
    expect.arrayContaining(['average', 'backward', 'forgetting', 'plasticity', 'of joint']),
  );
  expect(tables[0]?.rows.map(([method]) => method)).toEqual(['naive (2)', 'joint (1)']);
  const { notices } = await makeReport(paths, { kind: 'report', episodes: 0 });
  expect(notices.filter((notice) => /continual|results|sequence/.test(notice))).toEqual([
    'cut: The sequence is not finished: 1 of 3 tasks are done.',
  ]);
});

const row = {
  ...{
    suite: 'a',
    split: 'test',
    follower: 'nano',
    followerParameters: 5,
    trainedOn: 'nano',
    policy: 'planner',
    seed: 1,
  },
  ...{ n: 4, accuracy: 0.5, ciLow: 0.2, ciHigh: 0.8, tokensPerProblem: 9, secondsPerProblem: 0.1 },
};
const transfer = {
  ...{ schema: 'rsim.transfer/1', rows: [row], comparisons: [], level: 0.9 },
  planners: [{ name: 'planner', trainedOn: 'nano', fingerprints: ['f'] }],
  followers: [{ name: 'nano', model: 'nano', parameters: 5, fingerprint: null }],
  failures: [{ follower: 'micro', suite: null, policy: null, seed: null, code: 'x', message: 'gone' }],
};

test('a transfer matrix in a folder that is no run, with what failed', () => {
  const data = read('transfer.json', transfer);
  expect(data.transfer).toMatchObject({ level: 0.9, planners: [{ name: 'planner' }], rows: [{ accuracy: 0.5 }] });
  expect(data.notices).toEqual(['1 cell of the transfer matrix failed.']);
});

test.each([
  ['continual.json', { ...continual, schema: 'rsim.continual/2' }],
  ['transfer.json', { ...transfer, planners: [] }],
])('%s of another form is left out and named', (name, content) => {
  expect(read(name, content).notices).toContainEqual(expect.stringMatching(`^${name} is not of schema`));
});
