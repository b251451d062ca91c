import { FollowerError } from '../errors.js';
import type { Follower, FollowerSession, FollowerStep, StepOptions } from '../follower.js';
import { Random } from '../random.js';
import type { Strategy } from '../strategy.js';

/** What one follower of the conformance suite's own test does wrong. */
export type FollowerFlaw =
  | 'nameless'
  | 'half-characters'
  | 'goes-on-after-stop'
  | 'minds-neighbours'
  | 'minds-order'
  | 'minds-aborted'
  | 'evaluates-again'
  | 'evaluates-twice'
  | 'counts-written'
  | 'fork-is-parent'
  | 'fork-forgets'
  | 'ignores-abort'
  | 'aborts-unnamed'
  | 'reads-special'
  | 'refuses-special-unnamed'
  | 'shifts'
  | 'overflows-unnamed'
  | 'writes-otherwise'
  | 'weighs-otherwise'
  | 'answers-early'
  | 'leaks-forks'
  | 'leaks-aborted'
  | 'hangs-dead'
  | 'dies-unnamed'
  | 'outlives-death';

/** Tokens that it reads at most, and the text of its special token. */
export const flawedContext = 200;
export const flawedSpecial = '<|end|>';

/**
 * A follower that does everything right but one thing, or nothing wrong where that is `null`. Its texts depend on everything
 * that was said before in their conversation.
 */
export class FlawedFollower implements Follower {
  readonly name: string;
  readonly parameters = null;
  evaluated = 0;
  isDead = false;
  /** Sessions opened and not disposed of; forks do not count. */
  sessions = 0;
  /** Sessions and forks that were not given back. */
  held = 0;
  /** Steps aborted so far. */
  aborted = 0;
  lastQuestion = '';

  constructor(readonly flaw: FollowerFlaw | null) {
    this.name = flaw === 'nameless' ? '' : 'flawed';
  }

  async open(question: string): Promise<FollowerSession> {
    if (question.includes(flawedSpecial) && this.flaw !== 'reads-special') {
      if (this.flaw === 'refuses-special-unnamed') throw new TypeError('no such token');
      throw failure('text-not-encodable');
    }
    const previous = this.flaw === 'minds-order' ? this.lastQuestion : '';
    this.lastQuestion = question;
    this.sessions += 1;
    return new FlawedSession(this, [question, previous], question.split(' ').length);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

class FlawedSession implements FollowerSession {
  private isAborted = false;

  constructor(
    private readonly follower: FlawedFollower,
    private readonly past: string[],
    private length: number,
    private unread = length,
    private readonly isFork = false,
  ) {
    follower.held += 1;
  }

  async step(strategy: Strategy | null, options: StepOptions): Promise<FollowerStep> {
    const { flaw } = this.follower;
    await this.#going(options.signal);
    const injected = strategy === null ? 0 : 1;
    const tokens = this.#draw(strategy, options);
    const promptTokens = this.#feed(injected, tokens.length);
    const text = tokens.join(' ');
    this.past.push(`${strategy?.id} ${text}`);
    const isCut = tokens.length + injected === options.maxTokens;
    const isAnswer = strategy?.terminal === true || (flaw === 'answers-early' && options.temperature === 0);
    const extra = { 'half-characters': '\ud83d', 'goes-on-after-stop': '\nand on' }[flaw as string] ?? '';
    return {
      text: text + extra,
      tokens,
      logProbabilities: tokens.map(() => (flaw === 'weighs-otherwise' ? -1.5 : -1)),
      finish: isCut ? 'length' : isAnswer ? 'answer' : 'stop',
      strategy: strategy?.id ?? null,
      usage: { promptTokens, budgetTokens: injected + tokens.length },
    };
  }

  async fork(): Promise<FollowerSession> {
    const { flaw } = this.follower;
    const past = flaw === 'fork-is-parent' ? this.past : flaw === 'fork-forgets' ? [] : [...this.past];
    return new FlawedSession(this.follower, past, this.length, this.unread, true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isFork) this.follower.sessions -= 1;
    const { flaw } = this.follower;
    const isKept = (flaw === 'leaks-forks' && this.isFork) || (flaw === 'leaks-aborted' && this.isAborted);
    if (!isKept) this.follower.held -= 1;
  }

  /** Waits a little, as models do, and throws where the step cannot be written. */
  async #going(signal: AbortSignal | undefined): Promise<void> {
    const { follower } = this;
    for (let round = 0; round < 2; round += 1) {
      if (signal?.aborted === true && follower.flaw !== 'ignores-abort') {
        follower.aborted += 1;
        this.isAborted = true;
        throw follower.flaw === 'aborts-unnamed' ? new TypeError('it fell over') : failure('follower-aborted');
      }
      if (follower.isDead && follower.flaw !== 'outlives-death') {
        if (follower.flaw === 'hangs-dead') await new Promise(() => undefined);
        throw follower.flaw === 'dies-unnamed' ? new TypeError('it fell over') : failure('follower-died');
      }
      if (round === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #draw(strategy: Strategy | null, { maxTokens, temperature, seed }: StepOptions): number[] {
    const { flaw, sessions, aborted } = this.follower;
    const salt = [
      flaw === 'minds-neighbours' ? Math.min(sessions, 2) : 0,
      flaw === 'minds-aborted' ? aborted : 0,
      flaw === 'writes-otherwise' && temperature === 0 ? 1 : 0,
    ];
    const random = Random.of(temperature === 0 ? 0 : seed, [...this.past, strategy?.id, ...salt].join('|'));
    const injected = strategy === null ? 0 : 1;
    const length = Math.min(random.integer(1, 6), maxTokens - injected);
    return Array.from({ length }, () => random.integer(0, 99));
  }

  /** Counts a step's tokens, and returns those of its prompt. */
  #feed(injected: number, written: number): number {
    const { follower } = this;
    const { flaw } = follower;
    const fresh = this.unread + injected;
    const isFirst = this.unread > 0;
    const before = this.length;
    this.unread = 0;
    this.length += injected + written;
    if (this.length > flawedContext && flaw !== 'shifts') {
      throw flaw === 'overflows-unnamed' ? new RangeError('too long') : failure('context-overflow');
    }
    follower.evaluated += fresh + written + (flaw === 'evaluates-twice' ? before : 0);
    if (flaw === 'evaluates-again') return before + injected;
    return fresh + (flaw === 'counts-written' && !isFirst ? 1 : 0);
  }
}

function failure(code: string): FollowerError {
  return new FollowerError(`it fails with ${code}`, { code, remedy: 'None.' });
}
