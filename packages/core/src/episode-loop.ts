import type { Budget } from './budget.js';
import { Deadline } from './deadline.js';
import type { Episode } from './episode.js';
import { messageOf } from './errors.js';
import type { Follower, FollowerSession, FollowerStep } from './follower.js';
import { checkStep } from './follower-contract.js';
import type { Planner } from './planner.js';
import { choiceAt, type Choice } from './planner-contract.js';
import type { Problem } from './problem.js';
import type { RewardRule } from './reward.js';
import { Rollout } from './rollout.js';
import type { StrategySet } from './strategy.js';
import { terminalStrategy } from './strategy-set.js';
import type { TaskSuite } from './task-suite.js';
import type { Verdict } from './verdict.js';

/**
 * Most seconds in which none of a wave's steps, openings, decisions or verdicts ends; the others of the wave are then late. A follower that
 * wants another limit sets it for the whole wave.
 */
const defaultStepSeconds = 300;
const defaultConcurrency = 256;

export interface RunEpisodesOptions {
  readonly problems: readonly { readonly problem: Problem; readonly suite: TaskSuite }[];
  /** Episodes of each problem (G, the group size). */
  readonly samples: number;
  readonly follower: Follower;
  /** `null`: unguided, the follower goes on as it likes. */
  readonly planner: Planner | null;
  readonly strategySet: StrategySet;
  readonly rewards: readonly RewardRule[];
  /** What every episode may spend; each suite's own budget by default. */
  readonly budget?: Budget;
  /** The follower's softmax temperature; 0 is greedy. */
  readonly temperature: number;
  /** Whether the planner takes its most probable strategy instead of sampling. */
  readonly greedy: boolean;
  /** Names all random streams, together with problem key, sample and step. Vary it to see a problem afresh. */
  readonly seed: number;
  /** Most episodes that live at once; 256 by default. It bounds memory and changes no result. */
  readonly concurrency?: number;
  /** Ends the run: `runEpisodes` then rejects with the signal's reason, after every session was disposed. */
  readonly signal?: AbortSignal;
  /** Called once for each episode as it ends. */
  readonly onEpisode?: (episode: Episode) => void;
}

/**
 * Runs `samples` episodes of every problem (rSIM, section 3): the leader picks a strategy, the follower carries it out,
 * until the leader terminates or the budget demands the answer; then the suite judges and the rules score.
 *
 * Episodes advance in lockstep waves: one batched call of the planner for all that live, then all their sessions side by
 * side. Whatever fails ends its own episode with an error record, never the run.
 *
 * @returns one episode per problem and sample, in that order, whatever order they ended in.
 * @throws ConfigError when the strategy set has not exactly one terminal strategy.
 * @throws RangeError when `concurrency` is below 1.
 */
export async function runEpisodes(options: RunEpisodesOptions): Promise<Episode[]> {
  const { concurrency = defaultConcurrency } = options;
  if (!(concurrency >= 1)) throw new RangeError(`runEpisodes: a concurrency of ${concurrency} lets no episode begin`);
  const waiting = startable(options);
  const episodes: Episode[] = [];
  let live: Rollout[] = [];
  try {
    while (waiting.length > 0 || live.length > 0) {
      const arriving = waiting.splice(0, concurrency - live.length).map((start) => start());
      live.push(...arriving);
      await open(arriving, options);
      await decide(live, options);
      await step(live, options);
      const over = live.filter((rollout) => rollout.ended);
      await judge(over, options);
      await close(over, options);
      live = live.filter((rollout) => !rollout.ended);
      for (const rollout of over) {
        const episode = rollout.finish();
        episodes[rollout.place] = episode;
        options.onEpisode?.(episode);
      }
    }
    return episodes;
  } finally {
    await close(live, options);
  }
}

/** One rollout per problem and sample; each comes to life when its turn comes. */
function startable(options: RunEpisodesOptions): (() => Rollout)[] {
  const { problems, samples, follower, planner, strategySet, rewards, seed, budget } = options;
  const terminal = terminalStrategy(strategySet);
  const settings = { seed, follower: follower.name, planner: planner?.name ?? null, rewards, terminal };
  return problems.flatMap(({ problem, suite }, row) =>
    Array.from({ length: samples }, (_, sample) => () => {
      return new Rollout(row * samples + sample, problem, suite, sample, budget ?? suite.budget, settings);
    }),
  );
}

async function open(arriving: readonly Rollout[], options: RunEpisodesOptions): Promise<void> {
  const work = async (rollout: Rollout): Promise<FollowerSession> => {
    const session = await options.follower.open(rollout.problem.prompt ?? rollout.problem.question);
    // One that comes after its time was up is of no use any more, but still holds what it holds.
    if (rollout.ended) await session[Symbol.asyncDispose]();
    return session;
  };
  await sideBySide('follower', arriving, options, work, (rollout, session) => {
    rollout.session = session;
  });
}

/** The leader's half of a wave: every living rollout gets its next move. Where the budget is spent, nobody is asked. */
async function decide(live: readonly Rollout[], options: RunEpisodesOptions): Promise<void> {
  const { planner, strategySet, greedy } = options;
  const going = live.filter((rollout) => !rollout.ended);
  const asked = planner === null ? [] : going.filter((rollout) => !rollout.spent);
  for (const rollout of going) if (planner === null || rollout.spent) rollout.plan(null, null);
  if (planner === null || asked.length === 0) return;

  const states = asked.map((rollout) => rollout.state);
  const seeds = asked.map((rollout) => rollout.stepSeed('planner'));
  const deciding = (async () => planner.decide(states, { greedy, seeds }))();
  const work = async (_: Rollout, index: number): Promise<Choice> =>
    choiceAt(await deciding, index, states.length, planner.name, strategySet);
  await sideBySide('planner', asked, options, work, (rollout, { strategy, decision }) => {
    rollout.plan(strategy, decision);
  });
}

/** The follower's half of a wave: every living rollout carries out its move. */
async function step(live: readonly Rollout[], options: RunEpisodesOptions): Promise<void> {
  const { follower, temperature } = options;
  const going = live.filter((rollout) => !rollout.ended);
  const work = async (rollout: Rollout, _: number, signal: AbortSignal): Promise<FollowerStep> =>
    checkStep(follower.name, await rollout.act(temperature, signal), rollout.maxTokens);
  await sideBySide('follower', going, options, work, (rollout, written) => rollout.record(written));
}

async function judge(over: readonly Rollout[], options: RunEpisodesOptions): Promise<void> {
  const answered = over.filter((rollout) => !rollout.failed);
  const work = async ({ suite, problem, finalText }: Rollout): Promise<Verdict> => suite.verify(problem, finalText);
  await sideBySide('verifier', answered, options, work, (rollout, verdict) => rollout.judge(verdict));
}

/** Gives back the sessions. One that cannot be closed costs a warning: its episode is complete all the same. */
async function close(rollouts: readonly Rollout[], options: RunEpisodesOptions): Promise<void> {
  const deadline = new Deadline(options.follower.stepSeconds ?? defaultStepSeconds);
  const closing = rollouts.map(async (rollout) => {
    const { session } = rollout;
    rollout.session = null;
    try {
      await deadline.within(async () => session?.[Symbol.asyncDispose]());
    } catch (thrown) {
      process.emitWarning(`a session of follower "${options.follower.name}" could not be closed: ${messageOf(thrown)}`);
    }
  });
  await Promise.all(closing);
  deadline[Symbol.dispose]();
}

/**
 * Does `work` for all `rollouts` at once under one time limit, and hands over what came of it in time. A rollout whose
 * work throws, rejects or is late ends with an error record in the name of `who`.
 *
 * @throws the reason of `options.signal` when that ended the work.
 */
async function sideBySide<T>(
  who: 'follower' | 'planner' | 'verifier',
  rollouts: readonly Rollout[],
  options: RunEpisodesOptions,
  work: (rollout: Rollout, index: number, signal: AbortSignal) => Promise<T>,
  take: (rollout: Rollout, result: T) => void,
): Promise<void> {
  if (rollouts.length === 0) return;
  const deadline = new Deadline(options.follower.stepSeconds ?? defaultStepSeconds, options.signal);
  const working = rollouts.map(async (rollout, index) => {
    try {
      take(rollout, await deadline.within(() => work(rollout, index, deadline.signal)));
    } catch (thrown) {
      rollout.fail(who, thrown);
    }
  });
  await Promise.all(working);
  deadline[Symbol.dispose]();
  options.signal?.throwIfAborted();
}
