import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, FollowerError, type Follower } from '@rsim/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CellFolder } from '../cell-store.js';
import { alonePolicy } from '../policies/alone.js';
import { fixedPlanner } from '../policies/fixed.js';
import { randomPolicy } from '../policies/random.js';
import { fakeFollower, fakeSuite, strategySet } from '../testing/fakes.js';
import type { Transfer } from './schema.js';
import { transferMarkdown } from './table.js';
import { readTransfer, writeTransfer } from './transfer-file.js';
import { transfer } from './transfer.js';
import type { FollowerColumn, PlannerRow, TransferOptions } from './transfer-options.js';

const checks = fixedPlanner(['continuation', 'validation'], strategySet);
const hurries = fixedPlanner([], strategySet);

const row = (name: string, trainedOn: string | null, ...planners: (typeof checks)[]): PlannerRow => ({
  ...{ name, trainedOn },
  planners: planners.map((planner, index) => ({ planner, fingerprint: `${name} ${index}` })),
});

const column = (name: string, model = name, options: Parameters<typeof fakeFollower>[1] = {}): FollowerColumn => ({
  name,
  open: async () => ({ follower: fakeFollower(name, options), model }),
});

const base: TransferOptions = {
  ...{ suites: [fakeSuite('words'), fakeSuite('lists')], split: 'test', problemsPerSuite: 25, strategySet },
  ...{ seeds: [1, 2], temperature: 1, resamples: 200, baselines: async () => [alonePolicy(), randomPolicy()] },
  planners: [row('careful', 'fake', checks, checks), row('hasty', null, hurries)],
  followers: [column('fake'), column('served', 'fake'), column('other')],
};

const sound = (result: Transfer) =>
  JSON.parse(
    JSON.stringify(result, (key, value: unknown) => (key === 'secondsPerProblem' ? 0 : value)),
  ) as unknown as Transfer;

describe('transfer', () => {
  it('tries every planner with every follower beside the baselines, and adjusts for the whole matrix', async () => {
    const result = await transfer(base);
    // Two planners, two baselines, and votes at the tokens of either planner.
    expect(result.rows).toHaveLength(6 * 3 * 2 * 2);
    expect(result.failures).toEqual([]);
    expect(result.followers.map(({ name, model }) => [name, model])).toEqual([
      ...[
        ['fake', 'fake'],
        ['served', 'fake'],
        ['other', 'other'],
      ],
    ]);
    const of = (policy: string, follower: string) =>
      result.comparisons
        .filter((each) => each.suite === 'all' && each.policy === policy && each.follower === follower)
        .map(({ baseline }) => baseline);
    expect(of('careful', 'fake')).toEqual(['alone', 'random', 'self-consistency (careful)']);
    // Where another planner is at home, it is compared with that one too.
    expect(of('hasty', 'served')).toEqual(['alone', 'random', 'self-consistency (hasty)', 'careful']);
    expect(of('hasty', 'other')).toEqual(['alone', 'random', 'self-consistency (hasty)']);
    const careful = result.comparisons.find(({ policy, suite }) => policy === 'careful' && suite === 'all');
    expect(careful).toMatchObject({ baseline: 'alone', n: 50 });
    expect(careful?.ciLow).toBeGreaterThan(0);
    expect(careful?.pHolm).toBeGreaterThan(careful?.pMcNemar ?? 1);
  });

  it('gives the same numbers however many cells run at once', async () => {
    const alone = await transfer({ ...base, cellsAtOnce: 1 });
    expect(sound(await transfer({ ...base, cellsAtOnce: 7 }))).toEqual(sound(alone));
  });

  it('tries every problem as often as asked, each seed with its own planner, and shows pass@k', async () => {
    const [careful] = base.planners;
    const small = { ...base, planners: [careful as PlannerRow], followers: [column('fake')], problemsPerSuite: 12 };
    const result = await transfer({ ...small, samples: 3, selfConsistency: false });
    expect(result.rows).toHaveLength(3 * 2 * 2);
    expect(result.rows.map(({ n, cells }) => [n, cells?.length])).toEqual(result.rows.map(() => [36, 3]));
    const alone = result.pooled?.find(({ policy, suite }) => policy === 'alone' && suite === 'all');
    expect(alone).toMatchObject({ n: 144, problems: 24, passAtK: { length: 3 }, overSeeds: { seeds: 2 } });
    const text = transferMarkdown(result);
    expect(text).toMatch(/\| fake \| alone \| [\d.]+ ± [\d.]+ \|/);
    expect(text).toMatch(/careful minus alone, mean over 2 suites: intervals, Cohen's h/);
  });

  it('lets evaluation seed number i meet the planner of training seed number i', async () => {
    const { rows } = await transfer({ ...base, planners: [row('both', null, checks, hurries)], seeds: [5, 6, 7] });
    const accuracy = (seed: number) => rows.find((each) => each.policy === 'both' && each.seed === seed)?.accuracy;
    expect([accuracy(5), accuracy(6), accuracy(7)]).toEqual([1, 0, 1]);
  });

  it('records what fails and goes on', async () => {
    const gone: FollowerColumn = {
      name: 'gone',
      open: () => Promise.reject(new FollowerError('no server', { code: 'server-unreachable', remedy: 'Start it.' })),
    };
    const failing = column('failing', 'failing', { fails: (question) => question.startsWith('lists') });
    const seen: string[] = [];
    const result = await transfer({
      ...{ ...base, followers: [gone, failing, column('other')] },
      onFailure: ({ code }) => seen.push(code),
    });
    expect(result.followers.map(({ name }) => name)).toEqual(['failing', 'other']);
    expect(result.failures[0]).toEqual({
      ...{ follower: 'gone', suite: null, policy: null, seed: null, sample: null },
      ...{ code: 'server-unreachable', message: 'no server' },
    });
    const cells = result.failures.slice(1);
    // Of one suite, each of six policies under two seeds; votes need their planner's cell.
    expect(cells).toHaveLength(12);
    expect(new Set(cells.map(({ suite }) => suite))).toEqual(new Set(['lists']));
    expect(cells[0]?.message).toMatch(/^25 of 25 problems ended with an error, the first: out of ink/);
    expect(new Set(cells.map(({ code }) => code))).toEqual(new Set(['follower-failed', 'cell-needed']));
    expect(seen).toHaveLength(13);
    // A mean over fewer suites compares with no other.
    const means = (result.pooled ?? []).filter(({ suite }) => suite === 'all');
    expect(new Set(means.map(({ follower }) => follower))).toEqual(new Set(['other']));
    expect(transferMarkdown(result)).toMatch(/\| gone +\| all/);
  });

  it('goes on without the baselines of a follower for which they cannot be had, and ends where it is told to', async () => {
    const abort = new AbortController();
    const options: TransferOptions = {
      ...{ ...base, followers: [column('fake'), column('other')], selfConsistency: false, signal: abort.signal },
      baselines: async ({ name }) => {
        if (name === 'fake') throw new FollowerError('the search failed', { remedy: 'Mend it.' });
        return [alonePolicy()];
      },
    };
    const result = await transfer(options);
    expect(result.failures).toEqual([
      {
        ...{ follower: 'fake', suite: null, policy: 'baselines', seed: null, sample: null },
        ...{ code: 'follower-failed', message: 'the search failed' },
      },
    ]);
    const of = (follower: string) =>
      new Set(result.rows.filter((each) => each.follower === follower).map(({ policy }) => policy));
    expect(of('fake')).toEqual(new Set(['careful', 'hasty']));
    expect(of('other')).toEqual(new Set(['careful', 'hasty', 'alone']));
    expect(transferMarkdown(result)).toMatch(/\| fake +\| all +\| baselines \| all/);
    const stopped = transfer({
      ...options,
      baselines: () => {
        abort.abort(new Error('enough'));
        return Promise.reject(new Error('stopped'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');
  });

  it('refuses a name that is given twice, and a planner with the name of a baseline', async () => {
    const twice = { ...base, planners: [row('one', null, checks), row('one', null, hurries)] };
    await expect(transfer(twice)).rejects.toThrow(/two planners called "one"/);
    await expect(transfer({ ...base, planners: [row('alone', null, checks)] })).rejects.toThrow(/"alone"/);
    await expect(transfer({ ...base, followers: [] })).rejects.toThrow(ConfigError);
  });

  it('shows followers in rows, the planner at home marked', async () => {
    const markdown = transferMarkdown(await transfer(base));
    expect(markdown).toMatch(/\| fake \(1\.5M\) \| 100\.0 ± \d\.\d° \|/);
    expect(markdown).toMatch(/careful minus each baseline in points, mean over 2 suites/);
    expect(markdown).toMatch(/\| other \(1\.5M\) \| \+\d+\.\d ± \d+\.\d\* \|/);
  });
});

describe('transfer with a folder for its cells', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rsim-transfer-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('goes on cell by cell after an interruption, to the numbers of a whole run', async () => {
    const whole = await transfer(base);
    const store = new CellFolder(folder);
    const controller = new AbortController();
    let episodes = 0;
    const onEpisode = () => {
      episodes += 1;
      if (episodes === 700) controller.abort(new Error('enough'));
    };
    const begun = transfer({ ...base, store, signal: controller.signal, onEpisode });
    await expect(begun).rejects.toThrow('enough');
    const finished = (await readdir(folder)).length;
    expect(finished).toBeGreaterThan(2);
    let again = 0;
    const rest = await transfer({ ...base, store, onEpisode: () => (again += 1) });
    expect(sound(rest)).toEqual(sound(whole));
    expect(again).toBeGreaterThan(0);
    expect(await readdir(folder)).toHaveLength(72);
    again = 0;
    await transfer({ ...base, store, onEpisode: () => (again += 1) });
    expect(again).toBe(0);
    // Another version of the code, or other weights of one planner, and only what depends on it is played again.
    await transfer({ ...base, store, versionOf: () => 'newer', onEpisode: () => (again += 1) });
    expect(await readdir(folder)).toHaveLength(144);
    const changed = row('careful', 'fake', checks, checks);
    const [first, second] = changed.planners;
    const planners = [{ ...changed, planners: [first!, { ...second!, fingerprint: 'other' }] }, base.planners[1]!];
    await transfer({ ...base, store, planners });
    // One seed, three followers, two suites: the planner and its votes.
    expect(await readdir(folder)).toHaveLength(144 + 12);
  });

  it('stores no cell that failed, so that it is tried again', async () => {
    const store = new CellFolder(folder);
    let works = false;
    const flaky: FollowerColumn = {
      name: 'flaky',
      open: async () => ({ model: 'flaky', follower: fakeFollower('flaky', { fails: () => !works }) }),
    };
    const options: TransferOptions = { ...base, store, followers: [flaky] };
    expect((await transfer(options)).failures).toHaveLength(24);
    works = true;
    expect((await transfer(options)).failures).toEqual([]);
  });

  it('has one follower open at a time, and closes it whatever happens', async () => {
    const open = new Set<string>();
    let most = 0;
    const watched = (name: string): FollowerColumn => ({
      name,
      open: async () => {
        open.add(name);
        most = Math.max(most, open.size);
        const follower: Follower = {
          ...fakeFollower(name),
          [Symbol.asyncDispose]: async () => void open.delete(name),
        };
        return { follower, model: name };
      },
    });
    await transfer({ ...base, followers: [watched('one'), watched('two')] });
    const onProgress = () => {
      throw new Error('no');
    };
    await expect(transfer({ ...base, followers: [watched('one')], onProgress, onFailure: onProgress })).rejects.toThrow(
      'no',
    );
    expect([most, open.size]).toEqual([1, 0]);
  });

  it('writes a file that its schema checks, and reads it back', async () => {
    const path = join(folder, 'transfer.json');
    const result = await transfer({ ...base, suites: [fakeSuite('words')] });
    await writeTransfer(path, result);
    expect(await readTransfer(path)).toEqual(JSON.parse(JSON.stringify(result)));
    await expect(writeTransfer(path, { ...result, planners: [] })).rejects.toThrow(/rsim\.transfer\/1/);
    await expect(readTransfer(join(folder, 'none.json'))).rejects.toThrow(/cannot read/);
  });
});
