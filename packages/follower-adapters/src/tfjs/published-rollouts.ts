import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Episode, type FollowerSession, type StrategySet, type Transcript, WeightsError } from '@rsim/core';
import {
  buildOptimumGraph,
  CHAT_TEMPLATE_FILES,
  type DecoderConfig,
  decoderWeightShapes,
  type DecoderWeights,
  ExternalWeights,
  MOST_GRAPH_BYTES,
  type PublishedModel,
} from '@rsim/lm';

import { WeightSwap } from '../engine/weight-swap.js';
import { OnnxFollower } from '../onnx/onnx-follower.js';
import { type OnnxModelFolder, readOnnxModelFolder } from '../onnx/onnx-model-folder.js';
import { onnxOptionsSchema } from '../onnx/onnx-options.js';
import { ConversationFormat } from '../text/conversation-format.js';
import { conversationTranscript } from './conversation-transcript.js';
import type { Rollouts } from './tfjs-follower.js';
import type { TfjsOptions } from './tfjs-options.js';

const NEEDED = ['config.json', 'tokenizer.json'];
const OPTIONAL: readonly string[] = ['generation_config.json', 'tokenizer_config.json', ...CHAT_TEMPLATE_FILES];

/**
 * Writes steps with a published checkpoint on the engine of the follower `onnx`: its graph is exported into a folder of its own; graphs
 * of other weights go to the engine that runs.
 */
export class PublishedRollouts implements Rollouts {
  readonly #weights: WeightSwap;

  private constructor(
    private readonly folder: string,
    private readonly options: TfjsOptions,
    private readonly strategySet: StrategySet,
    private readonly language: OnnxModelFolder,
    private readonly follower: OnnxFollower,
    build: (weights: DecoderWeights) => Uint8Array,
  ) {
    this.#weights = new WeightSwap(follower, build);
  }

  /**
   * @param source the checkpoint's folder
   * @param learned names of the weights that will be changed; a swap takes no others
   * @throws WeightsError when the model's tokenizer or chat template cannot be used
   */
  static async create(
    model: PublishedModel,
    source: string,
    options: TfjsOptions,
    strategySet: StrategySet,
    learned: ReadonlySet<string> = new Set(model.weights.keys()),
  ): Promise<PublishedRollouts> {
    const folder = await mkdtemp(join(tmpdir(), `rsim-rollouts-${process.pid}-`));
    try {
      await copyFiles(source, folder);
      const frozen = new ExternalWeights('model.onnx_data', learned);
      const build = (weights: DecoderWeights): Uint8Array => buildOptimumGraph(model.config, weights, frozen);
      await writeGraph(join(folder, 'onnx'), build(model.weights), frozen);
      const language = await readOnnxModelFolder(onnxOptions(folder, options));
      const follower = await OnnxFollower.create(onnxOptions(folder, options));
      return new PublishedRollouts(folder, options, strategySet, language, follower, build);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw inSource(error, folder, source);
    }
  }

  async open(question: string): Promise<FollowerSession> {
    this.#weights.carryOut();
    return this.follower.open(question);
  }

  swapWeights(weights: DecoderWeights): void {
    this.#weights.request(weights);
  }

  transcript(episode: Pick<Episode, 'problem' | 'steps'>): Transcript {
    const { chatTemplate } = this.language;
    const format = new ConversationFormat(this.options, chatTemplate);
    return conversationTranscript({ model: this.language, format, strategySet: this.strategySet }, episode);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.follower[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/**
 * Those that stay the same lie beside the graph, in a file that may be larger.
 * @param learned names of the weights that will be changed
 * @throws WeightsError when they are too large for one ONNX file
 */
export function checkSize(folder: string, config: DecoderConfig, learned: ReadonlySet<string>): void {
  let parameters = 0;
  for (const [name, shape] of decoderWeightShapes(config)) {
    if (learned.has(name)) parameters += shape.reduce((left, right) => left * right, 1);
  }
  if (4 * parameters <= MOST_GRAPH_BYTES) return;
  throw new WeightsError(
    `Learning changes ${parameters} weights of the model in ${folder}, too many for one ONNX file.`,
    {
      code: 'model-too-large',
      remedy: `Change at most ${MOST_GRAPH_BYTES / 4}: learn adapters (lora) of fewer projections, or use a smaller model.`,
    },
  );
}

/** Nobody has seen the folder that is made here: what is wrong with it was wrong in the checkpoint's. */
function inSource(error: unknown, folder: string, source: string): unknown {
  return error instanceof WeightsError ? new WeightsError(error.message.replaceAll(folder, source), error) : error;
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

async function writeGraph(folder: string, graph: Uint8Array, frozen: ExternalWeights): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.onnx'), graph);
  await writeFile(join(folder, frozen.file), frozen.take());
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
