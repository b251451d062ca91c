import { PlannerError, WeightsError } from '@rsim/core';
import { RequestThread } from '@rsim/core/worker';
import type { RequestFailure } from '@rsim/core/worker';
import type { EncoderSettings } from './sentence-encoder.js';

export interface EncodingRequest {
  /** The same in every request to one thread. */
  readonly settings: EncoderSettings;
  readonly texts: readonly string[];
}

const workerModule = new URL(
  import.meta.url.endsWith('.ts') ? './encoder-worker.ts' : './encoder-worker.js',
  import.meta.url,
);

/** For a large encoder, loading included; it is sent so many texts at once that they take seconds. */
const longestMinutes = 10;

/** A sentence encoder in a thread of its own, since a run of onnxruntime blocks the thread that it is asked for in. */
export class EncoderThread {
  readonly #thread: RequestThread;

  constructor(
    private readonly settings: EncoderSettings,
    module = workerModule,
  ) {
    this.#thread = new RequestThread(module, longestMinutes * 60_000, { failed, stopped });
  }

  /**
   * Vectors of texts, [width] each.
   *
   * @throws WeightsError when the encoder cannot be loaded
   * @throws PlannerError when it cannot read a text, the thread dies, or it takes longer than it may.
   */
  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    const request: EncodingRequest = { settings: this.settings, texts };
    return (await this.#thread.ask(request)) as Float32Array[];
  }

  stop(): Promise<void> {
    return this.#thread.stop();
  }
}

/** What is wrong with a text has one code, what is wrong with the encoder others. */
function failed({ message, code = 'planner-failed', remedy }: RequestFailure): Error {
  const isOfText = code === 'text-not-encodable' || code === 'planner-failed';
  const options = { code, remedy: remedy ?? 'Try another encoder: planner.options.model.' };
  return isOfText ? new PlannerError(message, options) : new WeightsError(message, options);
}

function stopped(why: string, cause?: unknown): PlannerError {
  return new PlannerError(`the thread of the planner's encoder stopped: ${why}`, {
    code: 'encoder-stopped',
    remedy: 'Resume the run; if it happens again, look at the memory there is, or name a smaller encoder.',
    cause,
  });
}
