import type { DecoderConfig } from '@rsim/lm';
import { DECODER_INPUTS, DECODER_OUTPUTS, MASKED, pastKeyInput, pastValueInput } from '@rsim/lm/graph-layout';
import { InferenceSession, Tensor } from 'onnxruntime-node';

import type { PastViews } from './kv-cache.js';

/** What comes of evaluating some new tokens of some rows. */
export interface Evaluation {
  /** [rows, vocabulary], after each row's last token. */
  readonly logProbabilities: Float32Array;
  /** [rows, tokens per row, key and value of every layer]. */
  readonly newRows: Float32Array;
}

/** The decoder's graph in an onnxruntime session of one thread (more threads are slower at these sizes). */
export class OnnxDecoder {
  private constructor(
    readonly config: DecoderConfig,
    private session: InferenceSession,
  ) {}

  static async create(config: DecoderConfig, graph: Uint8Array): Promise<OnnxDecoder> {
    return new OnnxDecoder(config, await createSession(graph));
  }

  /** Goes on with another graph of the same decoder, one of other weights. */
  async swap(graph: Uint8Array): Promise<void> {
    const old = this.session;
    this.session = await createSession(graph);
    await old.release();
  }

  /**
   * @param tokens [rows, tokens per row]
   * @param positions of the tokens, from 0, in the same shape
   */
  async evaluate(rows: number, tokens: Int32Array, positions: Int32Array, past: PastViews): Promise<Evaluation> {
    const { heads, hiddenSize, layers } = this.config;
    const headSize = hiddenSize / heads;
    const fresh = tokens.length / rows;
    const feeds: Record<string, Tensor> = {
      [DECODER_INPUTS.tokens]: new Tensor('int32', tokens, [rows, fresh]),
      [DECODER_INPUTS.positions]: new Tensor('int32', positions, [rows, fresh]),
      [DECODER_INPUTS.pastMask]: new Tensor('float32', past.mask, [rows, 1, 1, past.length]),
      [DECODER_INPUTS.newMask]: new Tensor('float32', causalMask(fresh), [fresh, fresh]),
    };
    for (let layer = 0; layer < layers; layer += 1) {
      const keys = past.keys[layer] as Float32Array;
      const values = past.values[layer] as Float32Array;
      feeds[pastKeyInput(layer)] = new Tensor('float32', keys, [rows, heads, headSize, past.length]);
      feeds[pastValueInput(layer)] = new Tensor('float32', values, [rows, heads, past.length, headSize]);
    }
    const outputs = await this.session.run(feeds);
    return {
      logProbabilities: outputs[DECODER_OUTPUTS.logProbabilities]?.data as Float32Array,
      newRows: outputs[DECODER_OUTPUTS.newRows]?.data as Float32Array,
    };
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }
}

function createSession(graph: Uint8Array): Promise<InferenceSession> {
  return InferenceSession.create(graph, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    enableCpuMemArena: false,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
}

/** [size, size]: a new token sees itself and the new tokens before it. */
function causalMask(size: number): Float32Array {
  return Float32Array.from({ length: size * size }, (_, index) =>
    index % size > Math.floor(index / size) ? MASKED : 0,
  );
}
