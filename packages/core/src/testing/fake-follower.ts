import type { Follower, FollowerSession, FollowerStep, StepOptions } from '../follower.js';
import { Random } from '../random.js';
import type { Strategy } from '../strategy.js';

/** What a fake follower may do at one moment, well or badly. */
export const behaviours = [
  'write',
  'write-all',
  'write-nothing',
  'answer',
  'throw',
  'throw-text',
  'hang',
  'overspend',
  'wrong-finish',
  'wrong-probabilities',
] as const;

export type Behaviour = (typeof behaviours)[number];

/** Behaviours that keep to the contract. */
export const goodBehaviours: readonly Behaviour[] = ['write', 'write-all', 'write-nothing', 'answer'];

export interface FakeFollowerOptions {
  /** What it does at each step, chosen by the step's own seed. */
  readonly steps: readonly Behaviour[];
  /** What it does when a session is opened or closed: `throw`, `hang`, anything else is as it should be. */
  readonly opening?: Behaviour;
  readonly closing?: Behaviour;
}

/** A follower that writes random text or misbehaves, and counts its sessions. */
export class FakeFollower implements Follower {
  readonly name = 'fake';
  readonly parameters = null;
  stepSeconds = 0.01;
  opened = 0;
  closed = 0;
  /** Most sessions open at once. */
  most = 0;

  constructor(readonly options: FakeFollowerOptions) {}

  async open(question: string): Promise<FollowerSession> {
    await misbehave(this.options.opening ?? 'write');
    this.opened += 1;
    this.most = Math.max(this.most, this.opened - this.closed);
    return new FakeSession(this, question);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

class FakeSession implements FollowerSession {
  /** The question's token, until a step has fed it in. */
  #unread = 1;

  constructor(
    readonly follower: FakeFollower,
    readonly question: string,
  ) {}

  async step(strategy: Strategy | null, { maxTokens, seed }: StepOptions): Promise<FollowerStep> {
    const random = Random.of(seed, this.question);
    const behaviour = random.pick(this.follower.options.steps);
    await misbehave(behaviour);
    const room = random.integer(0, Math.min(maxTokens, 12));
    const length =
      { 'write-all': maxTokens, 'write-nothing': 0, overspend: maxTokens + 1 }[behaviour as string] ?? room;
    const tokens = Array.from({ length }, () => random.integer(0, 99));
    const promptTokens = this.#unread;
    this.#unread = 0;
    return {
      text: tokens.join(' '),
      tokens,
      logProbabilities: behaviour === 'wrong-probabilities' ? [-1, ...tokens.map(() => -1)] : tokens.map(() => -1),
      finish: finishOf(behaviour),
      strategy: strategy?.id ?? null,
      usage: { promptTokens, budgetTokens: length },
    };
  }

  async fork(): Promise<FollowerSession> {
    const twin = await this.follower.open(this.question);
    if (twin instanceof FakeSession) twin.#unread = this.#unread;
    return twin;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.follower.closed += 1;
    await misbehave(this.follower.options.closing ?? 'write');
  }
}

function finishOf(behaviour: Behaviour): FollowerStep['finish'] {
  if (behaviour === 'answer') return 'answer';
  if (behaviour === 'wrong-finish') return 'eos' as FollowerStep['finish'];
  return behaviour === 'write-all' ? 'length' : 'stop';
}

async function misbehave(behaviour: Behaviour): Promise<void> {
  if (behaviour === 'throw') throw new Error('the follower fell over');
  if (behaviour === 'throw-text') throw 'a text instead of an error' as unknown;
  if (behaviour === 'hang') await new Promise(() => undefined);
}
