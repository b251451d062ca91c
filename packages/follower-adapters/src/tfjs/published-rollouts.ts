import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  type Episode,
  FollowerError,
  type FollowerSession,
  type StrategySet,
  type Transcript,
  WeightsError,
} from '@rsim/core';
import { buildOptimumGraph, type DecoderConfig, type DecoderWeights, type PublishedModel } from '@rsim/lm';

import { OnnxFollower } from '../onnx/onnx-follower.js';
import { type OnnxModelFolder, readOnnxModelFolder } from '../onnx/onnx-model-folder.js';
import { onnxOptionsSchema } from '../onnx/onnx-options.js';
import { ConversationFormat } from '../text/conversation-format.js';
import { conversationTranscript } from './conversation-transcript.js';
import type { Rollouts } from './tfjs-follower.js';
import type { TfjsOptions } from './tfjs-options.js';

/** Bytes of 32-bit floats that one ONNX file can hold (protobuf's limit, less what the graph itself takes). */
const MOST_BYTES = 1.9e9;
const NEEDED = ['config.json', 'tokenizer.json'];
const OPTIONAL = ['generation_config.json', 'tokenizer_config.json', 'chat_template.jinja'];

/**
 * Writes steps with a published checkpoint on the engine of the follower `onnx`: its graph is exported into a folder of its own, and
 * again, for an engine that is started again, when a session is opened after the weights were changed.
 */
export class PublishedRollouts implements Rollouts {
  #pending: DecoderWeights | null = null;
  #generation = 0;
  #follower: Promise<OnnxFollower>;

  private constructor(
    private readonly config: DecoderConfig,
    private readonly folder: string,
    private readonly options: TfjsOptions,
    private readonly strategySet: StrategySet,
    private readonly language: OnnxModelFolder,
    follower: OnnxFollower,
  ) {
    this.#follower = Promise.resolve(follower);
  }

  /**
   * @param source the checkpoint's folder
   * @throws WeightsError when the model is too large for one ONNX file, or its tokenizer or chat template cannot be used
   */
  static async create(
    model: PublishedModel,
    source: string,
    options: TfjsOptions,
    strategySet: StrategySet,
  ): Promise<PublishedRollouts> {
    if (4 * model.parameters > MOST_BYTES) {
      throw new WeightsError(
        `The model ${model.name} has ${model.parameters} parameters, too many for one ONNX file.`,
        {
          code: 'model-too-large',
          remedy: `Use a model of at most ${MOST_BYTES / 4} parameters.`,
        },
      );
    }
    const folder = await mkdtemp(join(tmpdir(), `rsim-rollouts-${process.pid}-`));
    try {
      await copyFiles(source, folder);
      await writeGraph(folder, model.config, model.weights);
      const language = await readOnnxModelFolder(onnxOptions(folder, options));
      const follower = await OnnxFollower.create(onnxOptions(folder, options));
      return new PublishedRollouts(model.config, folder, options, strategySet, language, follower);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async open(question: string): Promise<FollowerSession> {
    if (this.#pending) this.#follower = this.#restart(this.#follower, this.#pending);
    const generation = this.#generation;
    const follower = await this.#follower;
    return new CurrentSession(await follower.open(question), () => generation === this.#generation);
  }

  /** The weights are taken as they are when the next session is opened. */
  swapWeights(weights: DecoderWeights): void {
    this.#pending = weights;
    this.#generation += 1;
  }

  transcript(episode: Pick<Episode, 'problem' | 'steps'>): Transcript {
    const { chatTemplate } = this.language;
    const format = new ConversationFormat(this.options, chatTemplate);
    return conversationTranscript({ model: this.language, format, strategySet: this.strategySet }, episode);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const follower = await this.#follower.catch(() => null);
    await follower?.[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #restart(before: Promise<OnnxFollower>, weights: DecoderWeights): Promise<OnnxFollower> {
    this.#pending = null;
    const old = await before.catch(() => null);
    await old?.[Symbol.asyncDispose]();
    await writeGraph(this.folder, this.config, weights);
    return OnnxFollower.create(onnxOptions(this.folder, this.options));
  }
}

/** A session that is at its end when the weights are changed. */
class CurrentSession implements FollowerSession {
  constructor(
    private readonly session: FollowerSession,
    private readonly isCurrent: () => boolean,
  ) {}

  async step(...[strategy, options]: Parameters<FollowerSession['step']>): ReturnType<FollowerSession['step']> {
    this.#check();
    try {
      return await this.session.step(strategy, options);
    } finally {
      // Whatever came of it, with weights that are gone it is not to be used.
      this.#check();
    }
  }

  async fork(): Promise<FollowerSession> {
    this.#check();
    return new CurrentSession(await this.session.fork(), this.isCurrent);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session[Symbol.asyncDispose]();
  }

  #check(): void {
    if (this.isCurrent()) return;
    throw new FollowerError("The session is older than the follower's weights, which were changed since.", {
      code: 'session-outdated',
      remedy: 'Take updates between episodes: open a new session after each.',
    });
  }
}

function onnxOptions(
  folder: string,
  { workers, contextLength, model: _, lora: __, backend: ___, learnerThread: ____, ...conversation }: TfjsOptions,
) {
  return onnxOptionsSchema.parse({
    ...conversation,
    model: folder,
    device: 'cpu',
    workers: workers ?? 1,
    contextLength,
  });
}

async function writeGraph(folder: string, config: DecoderConfig, weights: DecoderWeights): Promise<void> {
  await mkdir(join(folder, 'onnx'), { recursive: true });
  await writeFile(join(folder, 'onnx', 'model.onnx'), buildOptimumGraph(config, weights));
}

async function copyFiles(source: string, folder: string): Promise<void> {
  for (const file of [...NEEDED, ...OPTIONAL]) {
    try {
      await copyFile(join(source, file), join(folder, file));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT' && OPTIONAL.includes(file)) continue;
      throw new WeightsError(`The model's file ${join(source, file)} cannot be read.`, {
        remedy: "Name a model's folder with its config.json and tokenizer.json.",
        cause,
      });
    }
  }
}
