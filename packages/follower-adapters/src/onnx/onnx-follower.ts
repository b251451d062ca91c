import { availableParallelism } from 'node:os';

import { type Follower, FollowerError, type FollowerSession, WeightsError } from '@rsim/core';
import type { DownloadOptions } from '@rsim/hub';

import type { EngineClient } from '../engine/engine-client.js';
import { EnginePool } from '../engine/engine-pool.js';
import { EngineSession } from '../engine/engine-session.js';
import { openWorkerChannel } from '../engine/worker-channel.js';
import { ConversationFormat } from '../text/conversation-format.js';
import { chooseDevice } from './device.js';
import { OnnxLanguage } from './onnx-language.js';
import type { OnnxEngineData, OnnxEngineFacts, OnnxStepRequest, OnnxWrittenStep } from './onnx-messages.js';
import { type OnnxModelFolder, readOnnxModelFolder } from './onnx-model-folder.js';
import type { OnnxOptions } from './onnx-options.js';

type OnnxEnginePool = EnginePool<OnnxStepRequest, OnnxWrittenStep>;

const workerModule = new URL(
  import.meta.url.endsWith('.ts') ? './onnx-worker.ts' : './onnx-worker.js',
  import.meta.url,
);
/** Models below this size (bytes) compute faster with one thread, so that it takes several workers to use all processors. */
const SMALL = 100e6;

/**
 * Any published decoder on onnxruntime. Steps of all sessions that are asked for at the same time run as one batch, a
 * token of each per round, and a session joins or leaves that batch at any token.
 *
 * Log-probabilities are the model's own, over its whole vocabulary at temperature 1. What ended a step is among its
 * tokens. A guided step cannot write special tokens, except the end of the turn.
 */
export class OnnxFollower implements Follower {
  readonly parameters = null;
  readonly #evaluated = new Map<EngineClient<OnnxStepRequest, OnnxWrittenStep>, number>();

  private constructor(
    private readonly model: OnnxModelFolder,
    private readonly format: ConversationFormat,
    private readonly contextLength: number,
    private readonly engines: OnnxEnginePool,
    /** What its engines found out about the model. */
    readonly facts: OnnxEngineFacts,
  ) {}

  /**
   * Reads a model, downloading it where it is on the hub, and starts its engines.
   * @param directory where a relative path of a model starts
   * @param download of a model on the hub
   * @throws WeightsError when the model is not usable
   * @throws FollowerError when the device is not, or an engine does not start
   * @throws HubError when a download fails
   */
  static async create(options: OnnxOptions, directory?: string, download?: DownloadOptions): Promise<OnnxFollower> {
    const model = await readOnnxModelFolder(options, directory, download);
    const format = new ConversationFormat(options, model.chatTemplate);
    const data = engineData(model, options);
    const workers = options.workers ?? (model.size < SMALL ? availableParallelism() : 1);
    const engines = await createPool(data, workers);
    try {
      const facts = (await engines.started()) as OnnxEngineFacts;
      return new OnnxFollower(model, format, data.contextLength, engines, facts);
    } catch (error) {
      await engines.dispose();
      throw error;
    }
  }

  get name(): string {
    return this.model.name;
  }

  /** Tokens that its engines had evaluated when they last wrote a step; of equal questions open at once they evaluate one. */
  get evaluatedTokens(): number {
    return [...this.#evaluated.values()].reduce((sum, tokens) => sum + tokens, 0);
  }

  /** How many tokens a text takes that nothing comes before. */
  countTokens(text: string): number {
    return this.model.tokenizer.encode(text, false).length;
  }

  async open(question: string): Promise<FollowerSession> {
    const { tokenizer } = this.model;
    const { text, addSpecialTokens } = this.format.open(question, tokenizer.specialTokens);
    const tokens = tokenizer.encode(text, addSpecialTokens);
    if (tokens.length >= this.contextLength) {
      throw new FollowerError(`The question has ${tokens.length} tokens; the follower reads ${this.contextLength}.`, {
        code: 'context-overflow',
        remedy: 'Ask a shorter question, or use a follower with a longer context.',
      });
    }
    const { engine, session } = await this.engines.open(tokens);
    const language = new OnnxLanguage(this.format, tokenizer, ({ evaluatedTokens }) => {
      this.#evaluated.set(engine, evaluatedTokens);
    });
    return new EngineSession(engine, language, session);
  }

  /** What is under way is rejected with the code `session-outdated`, and so is what older sessions are asked for. */
  endSessions(): void {
    this.engines.endSessions();
  }

  /**
   * Goes on with another graph of the same decoder, one of other weights, which each engine loads in its own thread; sessions opened
   * before are at their end. Where it cannot be loaded, steps fail until another one can.
   * @param graph the bytes of an ONNX model; its external data is found where that of the model was
   */
  swap(graph: Uint8Array): void {
    this.engines.swap(graph);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engines.dispose();
  }
}

async function createPool(data: OnnxEngineData, workers: number): Promise<OnnxEnginePool> {
  return EnginePool.create<OnnxStepRequest, OnnxWrittenStep>(Math.max(1, workers), async (listener) => {
    if (workers > 0) return openWorkerChannel(workerModule, data, listener);
    const { openInlineEngine } = await import('./inline-engine.js');
    return openInlineEngine(data, listener);
  });
}

function engineData(model: OnnxModelFolder, options: OnnxOptions): OnnxEngineData {
  const { tokenizer, endOfTurn, file, isWindowed, vocabularySize } = model;
  const contextLength = Math.min(options.contextLength ?? Infinity, model.contextLength ?? Infinity);
  if (contextLength === Infinity) {
    throw new WeightsError(`The config.json of ${model.name} does not say how long its context is.`, {
      remedy: 'Set `contextLength` to the number of tokens that the model reads.',
    });
  }
  return {
    ...{ file, isWindowed, contextLength, vocabularySize },
    device: chooseDevice(options.device),
    threads: options.threads ?? (model.size < SMALL ? 1 : availableParallelism()),
    batch: options.batch,
    vocabulary: { table: tokenizer.table, endOfTurn, special: tokenizer.specialIds },
    topK: options.topK,
    topP: options.topP,
  };
}
