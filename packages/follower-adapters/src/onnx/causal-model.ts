import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { fromFloat16 } from '@rsim/lm/half-precision';
import { OnnxGraph } from '@rsim/lm/onnx-graph';
import { InferenceSession, Tensor } from 'onnxruntime-node';

import { FRESH, putOutFresh, splitAttention } from './cache-graph.js';
import type { Device } from './device.js';
import { putOutLastLogits } from './last-logits.js';
import { type ModelSignature, readSignature } from './model-signature.js';
import type { CacheArray, CacheShape } from './row-cache.js';

/** The rows that are evaluated together; each has as many new tokens as the others, filled up at the end. */
export interface EvaluationInput {
  /** Keys and values before the new tokens, per cache input [rows, heads, span, head size]. */
  readonly past: readonly CacheArray[];
  readonly span: number;
  readonly rows: readonly EvaluationRow[];
  /** Whether the logits are wanted; without them nothing of the vocabulary's size is copied. */
  readonly needsLogits: boolean;
}

export interface EvaluationRow {
  /** Where in its span the row's past begins; what is before and after it is not seen. */
  readonly start: number;
  /** Tokens of the past. */
  readonly length: number;
  readonly tokens: readonly number[];
}

export interface EvaluationOutput {
  /** Per row the logits after its last token, [vocabulary]; empty where they were not wanted. */
  readonly logits: readonly Float32Array[];
  /** Keys and values of the new tokens, per cache input [rows, heads, most new tokens, head size]. */
  readonly fresh: readonly CacheArray[];
}

export interface CausalModelOptions {
  readonly device: Device;
  readonly threads: number;
}

/** What a session is made of besides a graph. */
interface ModelSource {
  readonly file: string;
  readonly options: CausalModelOptions;
  rewrite(graph: OnnxGraph): void;
}

/** A decoder that was exported with its keys and values as inputs and outputs, in an onnxruntime session. */
export class CausalModel {
  readonly shapes: readonly CacheShape[];

  private constructor(
    private session: InferenceSession,
    readonly signature: ModelSignature,
    private readonly source: ModelSource,
    /** Whether no other logits are computed than those after each row's last token. */
    readonly givesLastLogits = false,
    /** Whether several tokens that follow others are taken of one conversation at a time, as GroupQueryAttention does. */
    readonly appendsAlone = false,
  ) {
    this.shapes = signature.cache;
  }

  /**
   * @param file an .onnx file; its external data is found beside it
   * @throws Error of onnxruntime when it cannot load the file or use the device
   * @throws WeightsError when the model has inputs or outputs that are not a decoder's
   */
  static async load(file: string, options: CausalModelOptions): Promise<CausalModel> {
    const source = { file, options, rewrite: putOutFresh };
    const graph = new OnnxGraph(await readFile(file));
    source.rewrite(graph);
    const session = await createSession(graph, source);
    try {
      const outputs = session.outputMetadata.map((each) => ({ ...each, name: each.name.replace(FRESH, '') }));
      const appendsAlone = graph.nodes.some(({ opType }) => opType === 'GroupQueryAttention');
      return new CausalModel(session, readSignature(session.inputMetadata, outputs, file), source, false, appendsAlone);
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /**
   * The same model with attention that reads past and new keys and values where they are; `null` where the graph is not of
   * a kind that is known. Whether it is right is to be tried.
   */
  static async loadSplit(
    file: string,
    signature: ModelSignature,
    options: CausalModelOptions,
  ): Promise<CausalModel | null> {
    const graph = new OnnxGraph(await readFile(file));
    if (!splitAttention(graph, signature)) return null;
    const givesLastLogits = putOutLastLogits(graph);
    const rewrite = (other: OnnxGraph): void => {
      splitAttention(other, signature);
      putOutLastLogits(other);
    };
    const source = { file, options, rewrite };
    return new CausalModel(await createSession(graph, source), signature, source, givesLastLogits);
  }

  /**
   * Goes on with another graph of the same decoder, one of other weights; what it was found to be is not tried again.
   * @param graph the bytes of an ONNX model; its external data is found where that of the file was
   * @throws Error of onnxruntime when it cannot load the graph; then the model is as it was
   */
  async swap(graph: Uint8Array): Promise<void> {
    const rewritten = new OnnxGraph(graph);
    this.source.rewrite(rewritten);
    const old = this.session;
    this.session = await createSession(rewritten, this.source);
    await old.release();
  }

  createCache(length: number): CacheArray {
    return this.signature.cacheType === 'float16' ? new Uint16Array(length) : new Float32Array(length);
  }

  async evaluate(input: EvaluationInput): Promise<EvaluationOutput> {
    const { signature } = this;
    const width = Math.max(...input.rows.map(({ tokens }) => tokens.length));
    const outputs = await this.session.run(this.#feeds(input, width), [
      ...(input.needsLogits ? ['logits'] : []),
      ...signature.cache.map(({ output }) => FRESH + output),
    ]);
    const fresh = signature.cache.map(({ output }) => cacheData(outputs[FRESH + output] as Tensor));
    return { logits: input.needsLogits ? lastLogits(outputs['logits'] as Tensor, input.rows) : [], fresh };
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }

  #feeds({ rows, past, span }: EvaluationInput, width: number): Record<string, Tensor> {
    const { cache, cacheType, hasMask, hasPositions, hasLogitsToKeep } = this.signature;
    const tokens = new BigInt64Array(rows.length * width);
    const positions = new BigInt64Array(rows.length * width);
    const mask = new BigInt64Array(rows.length * (span + width));
    rows.forEach((row, place) => {
      for (let index = 0; index < width; index += 1) {
        tokens[place * width + index] = BigInt(row.tokens[index] ?? 0);
        // What fills a row up is not seen by its tokens; any position the model knows will do.
        positions[place * width + index] = BigInt(row.length + Math.min(index, row.tokens.length - 1));
      }
      const first = place * (span + width);
      mask.fill(1n, first + row.start, first + row.start + row.length);
      mask.fill(1n, first + span, first + span + row.tokens.length);
    });
    const feeds: Record<string, Tensor> = { input_ids: new Tensor('int64', tokens, [rows.length, width]) };
    if (hasMask) feeds['attention_mask'] = new Tensor('int64', mask, [rows.length, span + width]);
    if (hasPositions) feeds['position_ids'] = new Tensor('int64', positions, [rows.length, width]);
    if (hasLogitsToKeep) feeds['num_logits_to_keep'] = new Tensor('int64', BigInt64Array.of(0n), []);
    cache.forEach(({ input, heads, headSize }, index) => {
      feeds[input] = new Tensor(cacheType, past[index] as CacheArray, [rows.length, heads, span, headSize]);
    });
    return feeds;
  }
}

function createSession(
  graph: OnnxGraph,
  { file, options: { device, threads } }: ModelSource,
): Promise<InferenceSession> {
  return InferenceSession.create(graph.toBytes(), {
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    extra: { session: { model_external_initializers_file_folder_path: dirname(file) } },
  });
}

/** Node gives float16 as Uint16Array or, where it has them, as Float16Array; its bits are all that is needed. */
function cacheData({ data }: Tensor): CacheArray {
  if (data instanceof Float32Array) return data;
  const { buffer, byteOffset, length } = data as Uint16Array<ArrayBuffer>;
  return new Uint16Array(buffer, byteOffset, length);
}

/** The logits after each row's last token, of [rows, width or 1, vocabulary]. */
function lastLogits({ data, dims }: Tensor, rows: readonly EvaluationRow[]): Float32Array[] {
  const [, width = 1, vocabulary = 0] = dims;
  const all = cacheData({ data } as Tensor);
  return rows.map(({ tokens }, place) => {
    const start = (place * width + Math.min(width, tokens.length) - 1) * vocabulary;
    const row = all.subarray(start, start + vocabulary);
    return row instanceof Float32Array ? row : fromFloat16(row);
  });
}
