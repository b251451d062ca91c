import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CellFolder, pairedDifference, type Cell, type Results } from '@rsim/evaluation';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compareRuns } from './compare-runs.js';
import { RunReader } from './run-reader.js';
import { settingDifferences } from './setting-differences.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-compare-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Problems right under the policy `planner` of suite `a`, one digit each. */
async function evaluated(name: string, digits: string, problems = 'p') {
  const path = join(folder, name);
  const outcomes = [...digits].map((digit, index) => ({
    ...{ problem: `${problems}${index}`, correct: digit === '1', tokens: 10, error: null, decisions: [], checks: null },
  }));
  const cell: Cell = {
    ...{ schema: 'rsim.cell/1', key: 'current', suite: 'a', split: 'test', follower: 'nano', followerParameters: null },
    ...{ trainedOn: null, policy: 'planner', seed: 1, sample: 0, seconds: digits.length / 4, outcomes },
  };
  const store = new CellFolder(join(path, 'cells'));
  await store.write(cell);
  // Left from an evaluation with other settings.
  await store.write({
    ...cell,
    key: 'stale',
    seconds: 99,
    outcomes: outcomes.map((each) => ({ ...each, correct: true })),
  });
  const accuracy = outcomes.filter(({ correct }) => correct).length / outcomes.length;
  const row = {
    ...{
      suite: 'a',
      split: 'test' as const,
      follower: 'nano',
      followerParameters: null,
      trainedOn: null,
      policy: 'planner',
    },
    ...{ seed: 1, n: digits.length, accuracy, ciLow: accuracy - 0.1, ciHigh: accuracy + 0.1 },
    ...{ tokensPerProblem: 10, secondsPerProblem: 0.25 },
  };
  const results: Results = { schema: 'rsim.results/1', rows: [row], comparisons: [] };
  return { path, data: { ...new RunReader(path).run.data, results } };
}

async function compared(before: Awaited<ReturnType<typeof evaluated>>, after: Awaited<ReturnType<typeof evaluated>>) {
  const { accuracies } = await compareRuns([before.path, after.path], [before.data, after.data]);
  return accuracies;
}

test('runs that met the same problems are compared problem by problem', async () => {
  const accuracies = await compared(await evaluated('one', '0000001111'), await evaluated('two', '1111111011'));
  // 6 wins, 1 loss: p = 2 (1 + 7) / 2^7.
  expect(accuracies).toMatchObject([{ run: 1, before: 0.4, after: 0.9, difference: 0.5, paired: 10, pHolm: 0.125 }]);
  // 2 arcsin √.9 − 2 arcsin √.4
  expect(accuracies[0]?.cohensH).toBeCloseTo(1.1286529, 6);
  expect(accuracies[0]?.ciLow).toBeGreaterThan(-0.1);
  expect(accuracies[0]?.ciHigh).toBeLessThan(1);
});

test('runs that never differed are not called certain never to', async () => {
  const accuracies = await compared(await evaluated('one', '1111111111'), await evaluated('two', '1111111111'));
  const { low, high } = pairedDifference([Array<[number, number]>(10).fill([1, 1])]);
  expect(accuracies).toMatchObject([{ difference: 0, ciLow: low, ciHigh: high, pHolm: 1, cohensH: 0 }]);
  expect(high).toBeGreaterThan(0.2);
});

test('a row that names its cells is read from them alone', async () => {
  const one = await evaluated('one', '0000001111');
  const two = await evaluated('two', '1111111011');
  const rows = (two.data.results?.rows ?? []).map((row) => ({ ...row, cells: ['stale'], secondsPerProblem: 7 }));
  const renamed = { ...two, data: { ...two.data, results: { ...two.data.results, rows } as Results } };
  // The stale cell has every problem right.
  expect(await compared(one, renamed)).toMatchObject([{ difference: 0.6, paired: 10 }]);
});

test('runs that met other problems are compared as independent samples', async () => {
  const accuracies = await compared(await evaluated('one', '0001'), await evaluated('two', '0111', 'q'));
  expect(accuracies).toMatchObject([{ difference: 0.5, paired: null, pHolm: null }]);
  expect(accuracies[0]?.ciHigh).toBeCloseTo(0.5 + Math.SQRT2 * 0.1);
});

test('settings that differ are named by their path, absent ones too', () => {
  expect(settingDifferences([{ a: 1, b: { c: 'x', d: [] } }, { a: 1, b: { c: 'y' } }, null])).toEqual([
    { path: 'a', values: ['1', '1', null] },
    { path: 'b.c', values: ['"x"', '"y"', null] },
    { path: 'b.d', values: ['[]', null, null] },
  ]);
});
