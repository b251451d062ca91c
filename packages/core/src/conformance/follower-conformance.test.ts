import { describe, expect, test } from 'vitest';
import { defaultStrategies } from '../default-strategies.js';
import type { Follower, FollowerStep } from '../follower.js';
import type { Strategy } from '../strategy.js';
import { FakeFollower } from '../testing/fake-follower.js';
import { flawedContext, FlawedFollower, type FollowerFlaw, flawedSpecial } from '../testing/flawed-follower.js';
import { followerDeathFlaws, followerFlaws } from './index.js';

const strategySet = defaultStrategies;
const questions = ['How much is 1 + 1?', 'How much is 2 + 2?'];
const strategy = strategySet.strategies[0] as Strategy;

/** Everything that the suite can try. */
function check(follower: Follower, more: object = {}): Promise<string[]> {
  const reference = { follower: new FlawedFollower(null), tolerance: 0.1 };
  const limits = { contextTokens: flawedContext, specialTokens: [flawedSpecial], stopMarks: ['\n'] };
  return followerFlaws(follower, { strategySet, questions, reference, ...limits, ...more });
}

/** What a flawed follower tells of itself. */
const tellsOf = (follower: FlawedFollower) => ({ evaluated: () => follower.evaluated, held: () => follower.held });

/** A conforming follower whose steps go through `change`. */
function changed(change: (step: FollowerStep) => FollowerStep): Follower {
  const follower = new FlawedFollower(null);
  const open = follower.open.bind(follower);
  follower.open = async (question) => {
    const session = await open(question);
    const step = session.step.bind(session);
    session.step = async (guide, options) => change(await step(guide, options));
    return session;
  };
  return follower;
}

describe('the suite of followers', () => {
  test('finds nothing in one that conforms, whose sessions are given back', async () => {
    const follower = new FlawedFollower(null);
    expect(await check(follower, tellsOf(follower))).toEqual([]);
    expect(follower.sessions).toBe(0);
  });

  let calls = 0;
  test.each([
    ['overspends', 'spent', ({ usage, ...step }) => ({ ...step, usage: { ...usage, budgetTokens: 49 } })],
    ['forgets its strategy', 'does not name its strategy', (step) => ({ ...step, strategy: null })],
    ['is not repeatable', 'the same seed', (step) => ({ ...step, text: `${step.text} ${(calls += 1)}` })],
    ['has impossible probabilities', 'above 0', (step) => ({ ...step, logProbabilities: step.tokens.map(() => 1) })],
  ] satisfies [string, string, (step: FollowerStep) => FollowerStep][])(
    'tells one that %s',
    async (_, flaw, change) => {
      expect((await check(changed(change))).join('\n')).toContain(flaw);
    },
  );

  test('tells one that takes no notice of its signal', async () => {
    expect(await followerFlaws(new FakeFollower({ steps: ['write'] }), { strategySet, questions })).toEqual([
      'a step whose signal was aborted is written all the same',
    ]);
  });

  test.each<[FollowerFlaw, string]>([
    ['nameless', 'it has no name'],
    ['half-characters', 'a text holds half a character'],
    ['goes-on-after-stop', 'a text goes on after its stop mark'],
    ['minds-neighbours', 'a step depends on the sessions beside it'],
    ['minds-order', 'a step depends on the order of the sessions'],
    ['minds-aborted', 'a step depends on one beside it that is aborted'],
    ['evaluates-again', 'a step evaluates again what was evaluated before it'],
    ['evaluates-twice', 'a conversation evaluates more tokens than it has'],
    ['counts-written', 'promptTokens count more than the injection, after a step that ended by itself'],
    ['fork-is-parent', 'a fork touches the session it was made from'],
    ['fork-forgets', 'a fork does not go on from the past it shares'],
    ['ignores-abort', 'a step whose signal was aborted is written all the same'],
    ['aborts-unnamed', 'an aborted step fails with no FollowerError'],
    ['reads-special', `${flawedSpecial} in a question is read as the special token`],
    ['refuses-special-unnamed', `${flawedSpecial} in a question is not refused as text-not-encodable`],
    ['shifts', `it goes on beyond its ${flawedContext} tokens`],
    ['overflows-unnamed', 'what overflows is not refused as context-overflow'],
    ['writes-otherwise', `step 1 of "${questions[0]}" is not the reference's`],
    ['weighs-otherwise', "log-probabilities differ from the reference's by more than 0.1"],
    ['answers-early', `${questions[0]}: not as many steps as the reference`],
    ['leaks-forks', '200 sessions disposed of: the follower holds 202 where it held 0 before'],
    ['leaks-aborted', 'what was tried: the follower holds 2 where it held 0 before'],
  ])('tells one that %s', async (flaw, sentence) => {
    const follower = new FlawedFollower(flaw);
    expect(await check(follower, tellsOf(follower))).toContain(sentence);
  });
});

describe('the suite of followers that die', () => {
  const check = (flaw: FollowerFlaw | null): Promise<string[]> => {
    const follower = new FlawedFollower(flaw);
    const kill = (): void => {
      follower.isDead = true;
    };
    return followerDeathFlaws(follower, { question: 'Why?', strategy, kill, patience: 50 });
  };

  test('finds nothing in one whose steps fail', async () => {
    expect(await check(null)).toEqual([]);
  });

  test.each<[FollowerFlaw, string]>([
    ['hangs-dead', 'a step is never answered after the follower died'],
    ['dies-unnamed', 'a step of a dead follower fails with no FollowerError: it fell over'],
    ['outlives-death', 'a dead follower goes on writing'],
  ])('tells one that %s', async (flaw, sentence) => {
    expect(await check(flaw)).toContain(sentence);
  });
});
