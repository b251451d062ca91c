import type { Strategy } from './strategy.js';

export interface StepOptions {
  /** Most tokens this step may add, injection included. */
  readonly maxTokens: number;
  /** Softmax temperature; 0 is greedy. */
  readonly temperature: number;
  /** Seed of this step's own random stream, so that results do not depend on batch order. */
  readonly seed: number;
  /** Aborting ends the step with a FollowerError and frees what it held. */
  readonly signal?: AbortSignal;
}

/** What a follower wrote in one step. */
export interface FollowerStep {
  /** The text written, without the injection and without the stop mark that ended it. */
  readonly text: string;
  /** Ids of the tokens the follower wrote (not the injected ones). */
  readonly tokens: readonly number[];
  /** Log-probability (natural log, temperature 1) of each of `tokens`; empty where the follower cannot tell. */
  readonly logProbabilities: readonly number[];
  /** `stop`: the step ended by itself. `answer`: the follower gave its final answer and ended. `length`: cut at `maxTokens`. */
  readonly finish: 'stop' | 'answer' | 'length';
  /** Id of the strategy: the injected one, or, unguided, the one the follower chose itself (`null` if it chose none). */
  readonly strategy: string | null;
  readonly usage: {
    /**
     * Tokens that this step adds to the conversation before the follower writes: the question at the first step, separators, the
     * injection. What the follower wrote itself is among `tokens` and never here, though its last token may be evaluated
     * only with the next step. So a conversation evaluates no more tokens than its steps' `promptTokens` and `tokens` together.
     */
    readonly promptTokens: number;
    /** Tokens counted against the budget: injection and written text. */
    readonly budgetTokens: number;
  };
}

/** One problem's conversation with a follower. It keeps its state: a step costs its new tokens only. */
export interface FollowerSession extends AsyncDisposable {
  /** Writes the next step under `strategy`; with `null` the follower goes on as it likes (unguided). */
  step(strategy: Strategy | null, options: StepOptions): Promise<FollowerStep>;
  /** A second session with the same past, which then goes its own way. */
  fork(): Promise<FollowerSession>;
}

/** What was asked of a follower so far, where that is counted. */
export interface FollowerUsage {
  /** Requests sent, and how many of them asked again for what had failed. */
  readonly requests: number;
  readonly retries: number;
  /** Steps that were written whole; the rest is of them alone, since nobody reports what failed requests took. */
  readonly steps: number;
  readonly promptTokens: number;
  /** Of the prompts' tokens, those that were still in a cache. */
  readonly cachedTokens: number;
  readonly completionTokens: number;
  /** In the currency of the prices that the follower was told. */
  readonly cost: number;
}

/** A language model that carries out strategies. Batching over concurrent sessions is its own business. */
export interface Follower extends AsyncDisposable {
  readonly name: string;
  /** Number of parameters, or `null` where nobody tells. */
  readonly parameters: number | null;
  /** What else its answers depend on, e.g. a checksum of its weights: stored results count only while it is the same. */
  readonly fingerprint?: string;
  /** Most seconds in which none of its sessions that are at work side by side gets done, where 300 are not what it needs. */
  readonly stepSeconds?: number;
  /** For followers that are paid for. */
  readonly usage?: FollowerUsage;
  /** Starts a conversation about one question. */
  open(question: string): Promise<FollowerSession>;
}
