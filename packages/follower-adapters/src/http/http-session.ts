import { FollowerError, type FollowerSession, type FollowerStep, type StepOptions, type Strategy } from '@rsim/core';

import { type SessionState, stepAborted, stepWithoutRoom } from '../session-state.js';
import { type Opening, stepText } from '../text/conversation-format.js';
import type { Completion, CompletionRequest } from './completion.js';
import type { HttpConversations } from './http-follower.js';

/** Seeds that every server takes are below this. */
const seeds = 2 ** 31;

/** One conversation: the text so far. A step that fails leaves it as it was, so the session can be asked again. */
export class HttpSession implements FollowerSession {
  readonly #opening: Opening;
  readonly #disposing = new AbortController();

  constructor(
    private readonly shared: HttpConversations,
    private readonly question: string,
    private readonly state: SessionState,
    private turn = '',
    /** Tokens that were reported as prompt; `Infinity` once the question's are among them. */
    private reportedTokens = 0,
    private spentSeconds = 0,
  ) {
    const { format, body, special } = shared;
    const opening = format.open(question, special.texts);
    this.#opening = body.mode === 'chat' ? { text: '', addSpecialTokens: false } : opening;
  }

  async step(strategy: Strategy | null, options: StepOptions): Promise<FollowerStep> {
    this.state.beginStep(options);
    const startedAt = performance.now();
    const deadline = this.#deadline(options.signal);
    try {
      const step = await this.#write(strategy, options, deadline.signal);
      this.state.endStep(step.finish === 'answer');
      return step;
    } catch (thrown) {
      this.state.cancelStep();
      throw deadline.signal.aborted ? (deadline.signal.reason as Error) : thrown;
    } finally {
      deadline.end();
      this.spentSeconds += (performance.now() - startedAt) / 1000;
    }
  }

  async fork(): Promise<FollowerSession> {
    const state = this.state.fork();
    return new HttpSession(this.shared, this.question, state, this.turn, this.reportedTokens, this.spentSeconds);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.state.dispose()) this.#disposing.abort();
  }

  async #write(strategy: Strategy | null, options: StepOptions, signal: AbortSignal): Promise<FollowerStep> {
    const { server, format, body, meter } = this.shared;
    const appended = format.append(strategy, this.turn);
    const injected = await server.countTokens(appended, body.model, signal);
    const unwritten = stepWithoutRoom(strategy, injected, options.maxTokens);
    if (unwritten !== null) return unwritten;
    const turn = this.turn + appended;
    if (injected === options.maxTokens) {
      this.turn = turn;
      this.reportedTokens += injected;
      return stepOf(strategy, null, injected, injected, 'length');
    }
    const request = this.#request(strategy, turn, options, options.maxTokens - injected);
    const completion = await server.complete(request, body, strategy === null, signal);
    meter.count(completion.usage);
    const { text, ending, stopText, usage } = completion;
    // The question's tokens are known when the server has read them; later it may read what it wrote as other tokens.
    const promptTokens = Math.max(injected, usage.promptTokens - this.reportedTokens);
    this.reportedTokens = Infinity;
    // What ended the step belongs to the conversation, though the server took it away.
    this.turn = turn + text + (ending === 'length' ? '' : (stopText ?? request.stops[0] ?? ''));
    const atEndOfTurn = format.finishAtEndOfTurn(strategy);
    const finish = ending === 'length' ? 'length' : ending === 'stop-text' ? 'stop' : atEndOfTurn;
    return stepOf(strategy, completion, injected, promptTokens, finish);
  }

  #request(
    strategy: Strategy | null,
    turn: string,
    { temperature, seed }: StepOptions,
    maxTokens: number,
  ): CompletionRequest {
    const { format, beginning, special } = this.shared;
    const { text, addSpecialTokens } = this.#opening;
    return {
      prompt: (beginning !== '' && text.startsWith(beginning) ? text.slice(beginning.length) : text) + turn,
      addSpecialTokens,
      messages: format.messages(this.question),
      turn,
      maxTokens,
      temperature,
      seed: seed % seeds,
      stops: format.stops(strategy),
      shownTokens: special.texts,
      bannedTokens: strategy === null ? [] : special.ids,
    };
  }

  /** A signal that ends the step when its episode's time is up, or when step, session or follower are ended. */
  #deadline(outer: AbortSignal | undefined): { signal: AbortSignal; end(): void } {
    const { episodeSeconds, closing } = this.shared;
    const controller = new AbortController();
    const left = Math.max(0, episodeSeconds - this.spentSeconds);
    const timer = setTimeout(() => controller.abort(episodeLate(episodeSeconds)), left * 1000);
    const sources = [this.#disposing.signal, closing.signal, ...(outer ? [outer] : [])];
    const stop = (): void => controller.abort(stepAborted());
    for (const source of sources) {
      if (source.aborted) stop();
      else source.addEventListener('abort', stop, { once: true });
    }
    const end = (): void => {
      clearTimeout(timer);
      for (const source of sources) source.removeEventListener('abort', stop);
    };
    return { signal: controller.signal, end };
  }
}

function stepOf(
  strategy: Strategy | null,
  completion: Completion | null,
  injected: number,
  promptTokens: number,
  finish: FollowerStep['finish'],
): FollowerStep {
  const { text = '', tokens = [], completionTokens = 0 } = completion ?? {};
  return {
    text: stepText(text),
    tokens: tokens.map(({ id }) => id),
    logProbabilities: tokens.map(({ logProbability }) => logProbability),
    finish,
    strategy: strategy?.id ?? null,
    usage: { promptTokens, budgetTokens: injected + completionTokens },
  };
}

function episodeLate(seconds: number): FollowerError {
  return new FollowerError(`The episode's steps took more than ${seconds} s.`, {
    code: 'follower-timeout',
    remedy: 'Raise `episodeSeconds`, or lower `concurrency`.',
  });
}
