import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RunReader } from './run-reader.js';

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
  });
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
