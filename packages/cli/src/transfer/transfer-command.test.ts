import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultStrategies } from '@rsim/core';
import { readTransfer, type Transfer } from '@rsim/evaluation';
import { GruPlanner } from '@rsim/planner';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runRsim } from '../testing/run-rsim.js';

// On a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const gru = { buckets: 64, embedding: 4, hidden: 8, backend: 'cpu' } as const;
const config = {
  plugins: [fileURLToPath(new URL('../testing/parrot.ts', import.meta.url))],
  follower: { name: 'parrot' },
  // Nobody listens on port 9, so that it cannot be opened.
  unseenFollowers: [{ label: 'gone', name: 'http', options: { url: 'http://127.0.0.1:9', retries: 0 } }],
  planner: { name: 'gru', options: gru },
  tasks: [{ suite: 'word-problems' }, { suite: 'list-programs' }],
  evaluation: {
    ...{ problems: 3, resamples: 20 },
    fixedSearch: { candidates: 4, finalists: 2, screeningEpisodes: 8, episodes: 4 },
  },
};

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-transfer-'));
  writeFileSync(join(folder, 'rsim.config.json'), JSON.stringify(config));
  for (const seed of [1, 2]) await new GruPlanner(defaultStrategies, seed, gru).save(join(folder, `planner-${seed}`));
});
afterAll(() => rmSync(folder, { recursive: true }));

const planners = ['--planners', 'mine=planner-1', 'mine=planner-2'];

/** A matrix without what depends on the clock. */
function timeless(path: string): unknown {
  const { environment: _, ...rest } = JSON.parse(
    readFileSync(join(folder, path, 'transfer.json'), 'utf8'),
    (key, value: unknown) => (key === 'secondsPerProblem' ? null : value),
  ) as Record<string, unknown>;
  return rest;
}

describe('rsim transfer', () => {
  test('writes the matrix; a follower that is gone is recorded, the exit code says so; interrupted, it goes on', async () => {
    const whole = await runRsim(folder, [
      'transfer',
      ...planners,
      '--output',
      'whole',
      '--markdown',
      'table.md',
      '--json',
    ]);
    expect(whole.status).toBe(3);
    expect(whole.stderr).toMatch(/failed: gone: /);
    expect(whole.stderr).toMatch(
      /parrot: \d+ requests, \d+ steps, \d+ prompt tokens \(\d+ cached\), \d+ written, cost /,
    );
    const matrix = JSON.parse(whole.stdout) as Transfer;
    expect(matrix).toEqual(await readTransfer(join(folder, 'whole', 'transfer.json')));
    expect(matrix.followers).toMatchObject([{ name: 'parrot', model: 'parrot', fingerprint: expect.any(String) }]);
    expect(matrix.failures).toMatchObject([{ follower: 'gone', suite: null, code: 'server-unreachable' }]);
    expect(matrix.planners).toMatchObject([{ name: 'mine', trainedOn: null }]);
    expect(matrix.planners[0]?.fingerprints).toHaveLength(2);
    // Two seeds and two suites, of the planner and of four baselines.
    expect(matrix.rows).toHaveLength(20);
    expect(Object.keys(matrix.schedules?.['parrot'] ?? {})).toEqual(['word-problems', 'list-programs']);
    expect(readFileSync(join(folder, 'table.md'), 'utf8')).toMatch(/^\| parrot +\|/m);

    const broken = ['transfer', ...planners, '--output', 'broken', '--at-once', '2'];
    const stopped = await runRsim(folder, broken, { PARROT_INTERRUPTS_AT: '150' });
    expect(stopped.status).toBe(130);
    expect(stopped.stderr).toMatch(/the same command goes on: what is finished is kept in broken/);
    const before = readdirSync(join(folder, 'broken', 'cells')).length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(20);
    expect((await runRsim(folder, broken)).status).toBe(3);
    expect(timeless('broken')).toEqual(timeless('whole'));
  });

  test('says which planner is not there', async () => {
    const { status, stderr } = await runRsim(folder, ['transfer', '--planners', 'nowhere']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/no run and no planner in .*nowhere/);
  });
});
