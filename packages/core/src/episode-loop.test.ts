import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { defaultStrategies } from './default-strategies.js';
import { runEpisodes, type RunEpisodesOptions } from './episode-loop.js';
import type { Episode } from './episode.js';
import type { Planner } from './planner.js';
import type { FollowerSession } from './follower.js';
import { behaviours, FakeFollower, goodBehaviours } from './testing/fake-follower.js';
import { fakeDecision, fakePlanner, fakeProblem, fakeRewards, fakeSuite } from './testing/fakes.js';

const budget = { steps: 5, tokens: 40, answerTokens: 6 };
const suite = fakeSuite(budget);

function run(follower: FakeFollower, options: Partial<RunEpisodesOptions> = {}): Promise<Episode[]> {
  return runEpisodes({
    problems: [0, 1, 2].map((index) => ({ problem: fakeProblem(index), suite })),
    samples: 2,
    follower,
    planner: fakePlanner,
    strategySet: defaultStrategies,
    rewards: fakeRewards,
    temperature: 1,
    greedy: false,
    seed: 1,
    ...options,
  });
}

/** Everything but the time it took. */
const told = (episodes: readonly Episode[]): object[] => episodes.map((episode) => ({ ...episode, seconds: 0 }));

const failingPlanners: Record<string, Planner['decide']> = {
  fine: fakePlanner.decide,
  throws: () => {
    throw new Error('the planner fell over');
  },
  hangs: () => new Promise(() => undefined),
  'decides too little': async () => [],
  'names a strategy that is not there': async (states) => states.map(() => fakeDecision(99)),
  'gives half a distribution': async (states) => states.map(() => ({ ...fakeDecision(1), probabilities: [1] })),
};

test('whatever planner and follower do, every episode is recorded once and every session closed', async () => {
  const anyBehaviour = fc.constantFrom(...behaviours);
  const isolated = fc.record({
    steps: fc.array(anyBehaviour, { minLength: 1, maxLength: 4 }),
    opening: fc.constantFrom(...behaviours),
    closing: fc.constantFrom('write' as const, 'throw' as const, 'hang' as const),
  });
  const planner = fc.constantFrom(null, ...Object.keys(failingPlanners));
  const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  await fc.assert(
    fc.asyncProperty(isolated, planner, fc.integer({ min: 1, max: 7 }), async (behaviour, name, concurrency) => {
      const follower = new FakeFollower(behaviour);
      const seen: Episode[] = [];
      const leader = name === null ? null : { name, decide: failingPlanners[name] as Planner['decide'] };
      const episodes = await run(follower, {
        planner: leader,
        concurrency,
        onEpisode: (episode) => seen.push(episode),
      });

      expect(episodes.map(({ key }) => key)).toEqual(
        [0, 1, 2].flatMap((index) => [0, 1].map((sample) => `${fakeProblem(index).key}/${sample}`)),
      );
      expect([...seen].sort(byKey)).toEqual([...episodes].sort(byKey));
      expect(follower.closed).toBe(follower.opened);
      expect(follower.most).toBeLessThanOrEqual(concurrency);
      for (const episode of episodes) expectWhole(episode);
      if (name !== null && name !== 'fine') expect(episodes.every(({ end }) => end === 'error')).toBe(true);
    }),
    { numRuns: 60 },
  );
  warnings.mockRestore();
});

function byKey(one: Episode, other: Episode): number {
  return one.key < other.key ? -1 : 1;
}

function expectWhole({ steps, end, error, verdict, rewards, budgetTokens }: Episode): void {
  expect(end === 'error').toBe(error !== null);
  expect(error === null).toBe(verdict !== null);
  if (error !== null) expect(rewards).toEqual({ leader: { verdict: null }, follower: { steps: null } });
  expect(budgetTokens).toBe(steps.reduce((sum, step) => sum + step.budgetTokens, 0));
  expect(budgetTokens).toBeLessThanOrEqual(budget.tokens);
  expect(steps.length).toBeLessThanOrEqual(budget.steps + 1);
  expect(steps.slice(0, -1).every(({ forced }) => !forced)).toBe(true);
}

test('a follower that keeps its contract never costs an episode, and every end is told apart', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...goodBehaviours), fc.boolean(), fc.nat(), async (behaviour, isLed, seed) => {
      const episodes = await run(new FakeFollower({ steps: [behaviour, 'write'] }), {
        seed,
        planner: isLed ? fakePlanner : null,
      });
      for (const { end, steps, error } of episodes) {
        const last = steps.at(-1);
        expect(error).toBeNull();
        expect(end === 'step-limit' || end === 'token-limit').toBe(last?.forced);
        if (last?.forced) expect(last).toMatchObject({ strategy: 'termination', decision: null });
        if (end === 'step-limit') expect(steps).toHaveLength(budget.steps + 1);
        if (end === 'termination') expect(last).toMatchObject({ strategy: 'termination', forced: false });
        if (end === 'answer') expect(last?.finish).toBe('answer');
        if (!isLed) expect(steps.every(({ decision }) => decision === null)).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});

test('results depend on nothing that runs beside an episode', async () => {
  const order = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 1 });
  const follower = (): FakeFollower => new FakeFollower({ steps: ['write', 'write-all', 'answer', 'throw'] });
  const all = [0, 1, 2, 3, 4].map((index) => ({ problem: fakeProblem(index), suite }));
  const expected = told(await run(follower(), { problems: all }));
  await fc.assert(
    fc.asyncProperty(order, fc.integer({ min: 1, max: 9 }), async (places, concurrency) => {
      const problems = places.map((index) => ({ problem: fakeProblem(index), suite }));
      const episodes = told(await run(follower(), { problems, concurrency }));
      expect(episodes).toEqual(places.flatMap((index) => expected.slice(2 * index, 2 * index + 2)));
    }),
    { numRuns: 40 },
  );
});

test('another seed, sample or problem gives other streams', async () => {
  const texts = async (seed: number): Promise<string[]> =>
    (await run(new FakeFollower({ steps: ['write-all'] }), { seed, planner: null })).map(
      ({ steps }) => steps[0]?.text as string,
    );
  const all = [...(await texts(1)), ...(await texts(2))];
  expect(new Set(all).size).toBe(all.length);
});

test('one batched call of the planner for all that live, and none where the budget is spent', async () => {
  const sizes: number[] = [];
  const planner: Planner = {
    name: 'continuation',
    decide: async (states) => {
      sizes.push(states.length);
      return states.map(() => fakeDecision(7));
    },
  };
  const episodes = await run(new FakeFollower({ steps: ['write-nothing'] }), { planner });
  expect(sizes).toEqual(Array.from({ length: budget.steps }, () => 6));
  expect(episodes.map(({ end }) => end)).toEqual(Array.from({ length: 6 }, () => 'step-limit'));
});

test('the planner sees one growing object an episode', async () => {
  const seen = new Map<object, number[]>();
  const planner: Planner = {
    name: 'watcher',
    decide: async (states) =>
      states.map((state) => {
        seen.set(state, [...(seen.get(state) ?? []), state.steps.length]);
        return fakeDecision(7);
      }),
  };
  await run(new FakeFollower({ steps: ['write-nothing'] }), { planner });
  expect([...seen.values()]).toEqual(Array.from({ length: 6 }, () => [0, 1, 2, 3, 4]));
});

test('steps that take turns are given their time, however many there are', async () => {
  let turn: Promise<unknown> = Promise.resolve();
  const follower = new FakeFollower({ steps: ['answer'] });
  const inTurn = async (question: string): Promise<FollowerSession> => {
    const session = await FakeFollower.prototype.open.call(follower, question);
    const { step } = session;
    session.step = (...asked) => {
      const ended = turn
        .then(() => new Promise((done) => setTimeout(done, 100)))
        .then(() => step.apply(session, asked));
      turn = ended;
      return ended;
    };
    return session;
  };
  follower.stepSeconds = 1;
  vi.spyOn(follower, 'open').mockImplementation(inTurn);
  const episodes = await run(follower, { planner: null, samples: 4 });
  expect(episodes.map(({ error }) => error)).toEqual(Array.from({ length: 12 }, () => null));
});

test.each(['step', 'open'])('what hangs at %s is left behind with a timeout of its own name', async (where) => {
  const follower = new FakeFollower(where === 'open' ? { steps: ['write'], opening: 'hang' } : { steps: ['hang'] });
  const episodes = await run(follower);
  expect(episodes.map(({ error }) => error?.code)).toEqual(Array.from({ length: 6 }, () => 'follower-timeout'));
  expect(episodes[0]?.error?.message).toBe('no answer within 0.01 s; one that is slow needs larger `stepSeconds`');
  expect(follower.closed).toBe(follower.opened);
});

test('a session that opens too late is closed', async () => {
  const follower = new FakeFollower({ steps: ['write'] });
  const open = follower.open.bind(follower);
  const late = deferred();
  follower.open = async (question) => {
    await late.promise;
    return open(question);
  };
  await run(follower);
  expect(follower.opened).toBe(0);
  late.resolve();
  await vi.waitFor(() => expect(follower.closed).toBe(6));
});

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

test.each([
  ['throws', () => Promise.reject(new Error('the verifier fell over')), 'verifier-failed'],
  ['hangs', () => new Promise<never>(() => undefined), 'verifier-timeout'],
])('a verifier that %s costs its episodes only', async (_, verify, code) => {
  const broken = { ...suite, verify };
  const problems = [
    { problem: fakeProblem(0), suite: broken },
    { problem: fakeProblem(1), suite },
  ];
  const episodes = await run(new FakeFollower({ steps: ['write'] }), { problems, samples: 1 });
  expect(episodes.map(({ error }) => error?.code ?? null)).toEqual([code, null]);
});

test.each([
  ['throws', () => JSON.parse('{') as number],
  ['scores no number', () => Number.NaN],
])('a reward rule that %s makes an episode that failed, unscored', async (_, score) => {
  const rewards = [...fakeRewards, { name: 'broken', role: 'leader' as const, weight: 1, score }];
  const [episode] = await run(new FakeFollower({ steps: ['write'] }), { rewards });
  expect(episode).toMatchObject({
    end: 'error',
    verdict: null,
    error: { code: 'verifier-failed' },
    rewards: { leader: { verdict: null, broken: null }, follower: { steps: null } },
  });
});

test('aborting ends the run with the reason given, and closes every session', async () => {
  const controller = new AbortController();
  const follower = new FakeFollower({ steps: ['write', 'hang'] });
  follower.stepSeconds = 60;
  const running = run(follower, { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('stopped by hand')), 5);
  await expect(running).rejects.toThrow('stopped by hand');
  expect(follower.opened).toBe(6);
  expect(follower.closed).toBe(6);
});

test('a strategy set needs one strategy that ends the episode', async () => {
  const strategies = defaultStrategies.strategies.filter(({ terminal }) => !terminal);
  const strategySet = { name: 'endless', strategies };
  await expect(run(new FakeFollower({ steps: ['write'] }), { strategySet })).rejects.toThrow(/0 terminal strategies/);
});

test('a concurrency of 0 is refused instead of waiting for ever', async () => {
  await expect(run(new FakeFollower({ steps: ['write'] }), { concurrency: 0 })).rejects.toThrow(RangeError);
});
