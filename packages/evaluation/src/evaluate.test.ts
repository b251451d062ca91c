import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, ProblemError, type Planner } from '@rsim/core';
import { describe, expect, it } from 'vitest';
import { CellFolder } from './cell-store.js';
import { evaluate, type EvaluateOptions } from './evaluate.js';
import type { StepJudge } from './outcome.js';
import { alonePolicy } from './policies/alone.js';
import { certain } from './policies/decisions.js';
import { fixedPlanner, fixedPolicy } from './policies/fixed.js';
import { noCheckPolicy } from './policies/no-check.js';
import { oraclePolicy } from './policies/oracle.js';
import { plannerPolicy } from './policies/planner.js';
import { randomCheckPolicy } from './policies/random-check.js';
import { randomPolicy } from './policies/random.js';
import { selfConsistencyPolicy } from './policies/self-consistency.js';
import type { Results } from './results/schema.js';
import { fakeFollower, fakeSuite, strategySet } from './testing/fakes.js';

/** Goes on twice, checks what is bad, ends. */
const adaptive: Planner = {
  name: 'adaptive',
  decide: async (states) =>
    states.map(({ steps }) => {
      const works = steps.filter(({ strategy }) => strategy === 'continuation').length;
      if (steps.at(-1)?.text === 'bad') return soft('validation');
      return soft(works < 2 ? 'continuation' : 'termination');
    }),
};

/** Nearly sure, as a network is. */
function soft(id: string) {
  const { strategy, probabilities } = certain(strategySet, id);
  return { strategy, logProbability: Math.log(0.8), probabilities: probabilities.map((one) => (one ? 0.8 : 0.1)) };
}

const judge: StepJudge = (_, steps, index) => (steps[index]?.text === 'bad' ? 'wrong' : 'right');
const trained = { planner: adaptive, trainedOn: 'fake' };

const base: EvaluateOptions = {
  ...{ suites: [fakeSuite('words'), fakeSuite('lists')], split: 'test', problemsPerSuite: 30, strategySet, judge },
  ...{ followers: [fakeFollower('fake'), fakeFollower('other')], seeds: [1, 2], temperature: 1, resamples: 300 },
  policies: [
    selfConsistencyPolicy(),
    randomCheckPolicy(trained),
    plannerPolicy(trained),
    alonePolicy(),
    randomPolicy(),
    fixedPolicy({ words: ['continuation'], lists: ['continuation', 'continuation'] }),
    oraclePolicy({ make: () => fixedPlanner(['continuation', 'validation'], strategySet) }),
    noCheckPolicy(trained),
  ],
};

/** Everything but the clock. */
function timeless(results: Results) {
  const still = (rows: Results['rows'] = []) => rows.map((row) => ({ ...row, secondsPerProblem: 0 }));
  return { ...results, rows: still(results.rows), pooled: still(results.pooled) };
}

describe('evaluate', () => {
  it('reports every cell, the pools over seeds and suites, and paired comparisons', async () => {
    const results = await evaluate(base);
    expect(results.rows).toHaveLength(8 * 2 * 2 * 2);
    expect(results.pooled).toHaveLength(8 * 2 * 3);
    expect(results.comparisons).toHaveLength(7 * 2 * 3);

    const planner = results.rows.find(({ policy }) => policy === 'planner');
    expect(planner).toMatchObject({ suite: 'words', follower: 'fake', followerParameters: 1_500_000, seed: 1, n: 30 });
    expect(planner).toMatchObject({ trainedOn: 'fake', accuracy: 1, ciHigh: 1, errors: 0 });
    expect(planner?.ciLow).toBeLessThan(1);

    const mean = results.pooled?.find(({ suite, policy }) => suite === 'all' && policy === 'alone');
    expect(mean).toMatchObject({ seed: 'all', n: 120, problems: 60, trainedOn: null });

    const gain = results.comparisons.find(({ suite, baseline }) => suite === 'all' && baseline === 'alone');
    expect(gain).toMatchObject({ policy: 'planner', follower: 'fake', n: 60 });
    expect(gain?.difference).toBeCloseTo(1 - (mean?.accuracy ?? 0), 12);
    expect(gain?.ciLow).toBeGreaterThan(0);
    expect(gain?.pHolm).toBeGreaterThanOrEqual(gain?.pMcNemar ?? 1);
    expect(gain?.pHolm).toBeLessThan(0.05);
    expect(gain?.pMidP).toBeLessThan(gain?.pMcNemar ?? 0);
    // The adaptive planner is always right, so that it never loses and other seeds change nothing in it.
    expect(gain).toMatchObject({ losses: 0, oddsRatio: { estimate: null, ciHigh: null }, overSeeds: { seeds: 2 } });
    expect(gain?.overSeeds?.ciLow).toBeLessThanOrEqual(gain?.difference ?? 0);
    expect(gain?.cohensH?.ciLow).toBeGreaterThan(0);
    // The planner checks what is bad, and pays for it.
    expect(gain?.tokens?.ciLow).toBeGreaterThan(0);
    expect(gain?.tokens?.cliffsDelta).toBeGreaterThan(0);
    expect(mean?.overSeeds?.seeds).toBe(2);
    expect(mean?.passAtK).toBeUndefined();
    expect(planner?.cells).toHaveLength(1);
  });

  it('tries every problem as often as asked, with other streams each time, and estimates pass@k from the tries', async () => {
    const one = { ...base, followers: [fakeFollower()], policies: [alonePolicy(), plannerPolicy(trained)], seeds: [4] };
    const single = await evaluate(one);
    const results = await evaluate({ ...one, samples: 4 });
    expect(results.settings).toMatchObject({ samples: 4 });
    const [words] = results.rows;
    expect(words).toMatchObject({ suite: 'words', policy: 'alone', n: 120, problems: 30 });
    expect(words?.cells).toHaveLength(4);
    expect(words?.cells?.[0]).toBe(single.rows[0]?.cells?.[0]);
    expect(words?.passAtK?.[0]).toBeCloseTo(words?.accuracy ?? NaN, 12);
    // A fair coin: one try in two is right, and hardly a problem is never solved.
    expect(Math.abs((words?.accuracy ?? 0) - 0.5)).toBeLessThan(0.15);
    expect(words?.passAtK?.[3]).toBeGreaterThan(0.85);
    expect(words?.passAtKIntervals?.[3]?.ciLow).toBeLessThan(words?.passAtK?.[3] ?? 0);
    // Tries of one problem say more about its accuracy than one does, but are no four problems.
    const width = ({ ciHigh = 0, ciLow = 0 } = {}) => ciHigh - ciLow;
    expect(width(words)).toBeLessThan(width(single.rows[0]));
    const gain = results.comparisons.find(({ suite }) => suite === 'all');
    expect(gain).toMatchObject({ n: 60, losses: 0 });
    expect(gain?.overSeeds).toBeUndefined();
    for (const samples of [0, 1.5]) await expect(evaluate({ ...one, samples })).rejects.toThrow(ConfigError);
  });

  it('runs with a follower only the policies asked for, and compares only those', async () => {
    const policiesOf = ({ name }: { name: string }) => (name === 'fake' ? ['planner', 'random'] : ['random']);
    const results = await evaluate({ ...base, policiesOf });
    expect(results.rows).toHaveLength(3 * 2 * 2);
    expect(new Set(results.comparisons.map(({ follower }) => follower))).toEqual(new Set(['fake']));
    await expect(evaluate({ ...base, policiesOf: () => ['self-consistency'] })).rejects.toThrow(ConfigError);
  });

  it('tells a planner that checks when it should from one that checks by chance', async () => {
    const { adaptivity = [] } = await evaluate(base);
    const of = (policy: string) => adaptivity.find((report) => report.suite === 'all' && report.policy === policy);
    expect(of('planner')).toMatchObject({ wrong: { rate: 1 }, right: { rate: 0 }, difference: { estimate: 1 } });
    const chance = of('random-check');
    expect(chance?.difference?.ciLow).toBeLessThan(0);
    expect(chance?.difference?.ciHigh).toBeGreaterThan(0);
    expect(of('alone')).toBeUndefined();
    expect(of('self-consistency')).toBeUndefined();
  });

  it('gives the same numbers again, in whatever order policies are named', async () => {
    const results = await evaluate(base);
    expect(timeless(await evaluate(base))).toEqual(timeless(results));
    const reversed = await evaluate({ ...base, policies: [...base.policies].reverse() });
    const first = (all: Results) => timeless(all).rows.find(({ policy }) => policy === 'self-consistency');
    expect(first(reversed)).toEqual(first(results));
  });

  it('counts episodes that fail as wrong and apart', async () => {
    const follower = fakeFollower('fake', { fails: (question) => question.includes('1') });
    const { rows } = await evaluate({ ...base, followers: [follower], policies: [plannerPolicy(trained)], seeds: [1] });
    for (const { n, accuracy, errors = 0 } of rows) {
      expect(errors).toBeGreaterThan(0);
      expect(accuracy).toBeCloseTo(1 - errors / n, 12);
    }
  });

  it('takes no cell for a result in which every episode failed, and keeps those that are', async () => {
    const folder = join(await mkdtemp(join(tmpdir(), 'rsim-cells-')), 'cells');
    const follower = fakeFollower('fake', { fails: (question) => question.includes('lists') });
    const options = { ...base, followers: [follower], policies: [plannerPolicy(trained)], seeds: [1] };
    await expect(evaluate({ ...options, store: new CellFolder(folder) })).rejects.toMatchObject({
      code: 'follower-failed',
      message: expect.stringMatching(/^30 of 30 problems ended with an error, the first: /) as string,
    });
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('compares the planner on a small follower with far larger ones alone, and oracles with each other', async () => {
    const large = { ...fakeFollower('large'), parameters: 30_000_000 };
    const oracle = oraclePolicy({ make: () => adaptive });
    const handicapped = oraclePolicy({ name: 'oracle-no-check', make: () => fixedPlanner([], strategySet) });
    const policies = [plannerPolicy(trained), alonePolicy(), oracle, handicapped];
    const { comparisons } = await evaluate({ ...base, followers: [fakeFollower('fake'), large], policies });
    const across = comparisons.filter(({ baselineFollower }) => baselineFollower !== undefined);
    expect(across.map(({ suite }) => suite)).toEqual(['words', 'lists', 'all']);
    expect(across[0]).toMatchObject({
      follower: 'fake',
      policy: 'planner',
      baseline: 'alone',
      baselineFollower: 'large',
    });
    expect(
      comparisons.filter(({ baseline, policy }) => policy === 'oracle' && baseline === 'oracle-no-check'),
    ).toHaveLength(6);
  });

  it('compares across followers when asked to', async () => {
    const request = { follower: 'fake', policy: 'planner', baseline: 'alone', baselineFollower: 'other' };
    const { comparisons } = await evaluate({ ...base, comparisons: [request] });
    expect(comparisons).toHaveLength(3);
    expect(comparisons[0]).toMatchObject(request);
  });
});

describe('evaluate with a store', () => {
  it('shows what an outage left of a cell, and evaluates it again, with what rests on it', async () => {
    const folder = join(await mkdtemp(join(tmpdir(), 'rsim-cells-')), 'cells');
    let isDown = true;
    const failed = new Set<string>();
    /** Every other problem of one suite, at the first try: the planner's. */
    const fails = (question: string) =>
      isDown && /^lists.*[02468]\?$/.test(question) && !failed.has(question) && failed.add(question) === failed;
    const policies = [plannerPolicy(trained), randomCheckPolicy(trained)];
    const options = { ...base, followers: [fakeFollower('fake', { fails })], seeds: [1], policies };
    const store = new CellFolder(folder);
    const outage = await evaluate({ ...options, store });
    const erring = outage.rows.filter(({ errors = 0, n }) => errors > n / 10 && errors < n);
    expect(erring.map(({ suite, policy }) => [suite, policy])).toEqual([['lists', 'planner']]);
    expect(await readdir(folder)).toHaveLength(2);
    isDown = false;
    expect(timeless(await evaluate({ ...options, store }))).toEqual(timeless(await evaluate(options)));
    expect(await readdir(folder)).toHaveLength(4);
  });

  it('goes on where it was interrupted, and ends with the same numbers', async () => {
    const folder = join(await mkdtemp(join(tmpdir(), 'rsim-cells-')), 'cells');
    const store = new CellFolder(folder);
    const whole = await evaluate(base);

    const abort = new AbortController();
    const stopped = evaluate({
      ...base,
      store,
      signal: abort.signal,
      onProgress: ({ cellsDone, episodes }) =>
        void (cellsDone === 10 && episodes === 5 && abort.abort(new Error('stop'))),
    });
    await expect(stopped).rejects.toThrow('stop');
    expect(await readdir(folder)).toHaveLength(10);

    const stored = new Set<string>();
    const resumed = await evaluate({
      ...base,
      store,
      onProgress: ({ cell, stored: known }) => void (known && stored.add(JSON.stringify(cell))),
    });
    expect(stored.size).toBe(10);
    expect(timeless(resumed)).toEqual(timeless(whole));
    expect(await readdir(folder)).toHaveLength(64);
  });

  it('adds tries to those that are stored, and goes on within them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rsim-cells-'));
    const store = new CellFolder(folder);
    const small = { ...base, followers: [fakeFollower()], policies: [plannerPolicy(trained), selfConsistencyPolicy()] };
    await evaluate({ ...small, store });
    expect(await readdir(folder)).toHaveLength(8);
    const stored: number[] = [];
    const abort = new AbortController();
    const more = { ...small, store, samples: 3 };
    const stopped = evaluate({
      ...more,
      signal: abort.signal,
      onProgress: ({ cellsDone }) => void (cellsDone === 12 && abort.abort(new Error('stop'))),
    });
    await expect(stopped).rejects.toThrow('stop');
    const resumed = await evaluate({
      ...more,
      onProgress: ({ cell, stored: known }) => void (known && stored.push(cell.sample)),
    });
    expect(stored.filter((sample) => sample === 0)).toHaveLength(8);
    expect(stored.length).toBeGreaterThan(8);
    expect(await readdir(folder)).toHaveLength(24);
    expect(timeless(resumed)).toEqual(timeless(await evaluate({ ...small, samples: 3 })));
  });

  it('runs a damaged cell again, and never takes one of other settings', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rsim-cells-'));
    const store = new CellFolder(folder);
    const small = { ...base, followers: [fakeFollower()], policies: [alonePolicy()], seeds: [1], store };
    const whole = await evaluate(small);
    const [file = ''] = await readdir(folder);
    await writeFile(join(folder, file), (await readFile(join(folder, file), 'utf8')).slice(0, 99));

    const hits: boolean[] = [];
    const onProgress: EvaluateOptions['onProgress'] = ({ stored }) => void (stored && hits.push(stored));
    expect(timeless(await evaluate({ ...small, onProgress }))).toEqual(timeless(whole));
    expect(hits).toHaveLength(1);
    const retrained = { ...fakeFollower(), fingerprint: 'other weights' };
    for (const change of [{ temperature: 0.5 }, { problemSeed: 1 }, { followers: [retrained] }]) {
      hits.length = 0;
      await evaluate({ ...small, ...change, onProgress });
      expect(hits).toHaveLength(0);
    }
  });
});

describe('evaluate refuses', () => {
  it.each<[string, Partial<EvaluateOptions>, RegExp]>([
    [
      'a policy without what it needs',
      { policies: [selfConsistencyPolicy()] },
      /needs the outcomes of policy "planner"/,
    ],
    ['a policy twice', { policies: [alonePolicy(), alonePolicy()] }, /two policies called "alone"/],
    ['a follower twice', { followers: [fakeFollower(), fakeFollower()] }, /two followers called "fake"/],
    ['a suite of the reserved name', { suites: [fakeSuite('all')] }, /two suites called "all"/],
    ['no seeds', { seeds: [] }, /has no seeds/],
  ])('%s', async (_, change, message) => {
    const refused = evaluate({ ...base, ...change });
    await expect(refused).rejects.toThrow(ConfigError);
    await expect(refused).rejects.toThrow(message);
  });

  it('problems of another split, and none at all', async () => {
    const leaky = evaluate({ ...base, suites: [fakeSuite('leaky', () => 'train')] });
    await expect(leaky).rejects.toThrow(ProblemError);
    await expect(leaky).rejects.toThrow(/of split train when asked for split test/);
    await expect(evaluate({ ...base, problemsPerSuite: 0 })).rejects.toThrow(ProblemError);
  });
});
