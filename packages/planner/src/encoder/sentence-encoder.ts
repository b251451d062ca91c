import { PlannerError, WeightsError, messageOf } from '@rsim/core/errors';
import { fromFloat16 } from '@rsim/lm/half-precision';
import { PublishedTokenizer } from '@rsim/lm/published-tokenizer';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { EncoderTokens } from './encoder-tokens.js';
import { normalised, pool } from './pooling.js';
import type { Pooling } from './pooling.js';

/** Everything that loading an encoder takes, as plain data. */
export interface EncoderSettings {
  /** Path of the .onnx file; its external data is found beside it. */
  readonly file: string;
  /** Parsed tokenizer.json and tokenizer_config.json. */
  readonly tokenizer: { readonly json: unknown; readonly config: object };
  readonly vocabularySize: number;
  /** Most tokens of a text, the tokenizer's marks included; what is beyond is not read. */
  readonly maxTokens: number;
  readonly pooling: Pooling;
  readonly normalise: boolean;
  readonly prefix: string;
  readonly threads: number;
}

/** What each input of a sentence encoder is filled with: a text stands alone, so that nothing is masked. */
const fillings: Readonly<Record<string, (id: number, index: number) => number>> = {
  input_ids: (id) => id,
  attention_mask: () => 1,
  token_type_ids: () => 0,
  position_ids: (_, index) => index,
};

/**
 * A frozen sentence encoder in an onnxruntime session, on the CPU. Each text has a run of its own, without padding: in
 * dynamically quantized models a text's numbers depend on what it is batched with, and then no run could be resumed to
 * the bit.
 */
export class SentenceEncoder {
  private constructor(
    private readonly session: InferenceSession,
    private readonly output: string,
    private readonly tokens: EncoderTokens,
    private readonly settings: EncoderSettings,
  ) {}

  /** @throws WeightsError when it is no sentence encoder, or does not fit its tokenizer */
  static async load(settings: EncoderSettings): Promise<SentenceEncoder> {
    const { tokenizer, vocabularySize, maxTokens, file, threads } = settings;
    const published = new PublishedTokenizer(tokenizer.json, tokenizer.config);
    const last = Math.max(...published.vocabulary.values());
    if (last >= vocabularySize) {
      throw new WeightsError(`The tokenizer of ${file} has the token ${last}, its config ${vocabularySize} tokens.`, {
        code: 'tokenizer-mismatch',
        remedy: 'Use the tokenizer.json and the config.json that were published with the model.',
      });
    }
    const session = await createSession(file, threads);
    try {
      return new SentenceEncoder(session, outputOf(session, file), new EncoderTokens(published, maxTokens), settings);
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /**
   * The text's vector, [width].
   * @throws PlannerError when the encoder fails, or gives what is no finite number
   */
  async embed(text: string): Promise<Float32Array> {
    const { prefix, pooling, normalise, file } = this.settings;
    const ids = this.tokens.of(prefix + text);
    let states: Tensor;
    try {
      states = (await this.session.run(this.#feeds(ids), [this.output]))[this.output] as Tensor;
    } catch (cause) {
      throw unreadable(file, text, firstLine(messageOf(cause)), cause);
    }
    const vector = pool(numbersOf(states), states.dims[2]!, pooling);
    if (!vector.every(Number.isFinite)) throw unreadable(file, text, 'its vector has numbers that are not finite');
    return normalise ? normalised(vector) : vector;
  }

  #feeds(ids: readonly number[]): Record<string, Tensor> {
    return Object.fromEntries(
      this.session.inputMetadata.map((input) => {
        const values = ids.map((id, index) => fillings[input.name]!(id, index));
        const isWide = input.isTensor && input.type === 'int64';
        const data = isWide ? BigInt64Array.from(values, BigInt) : Int32Array.from(values);
        return [input.name, new Tensor(isWide ? 'int64' : 'int32', data, [1, ids.length])];
      }),
    );
  }
}

async function createSession(file: string, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(file, {
      ...{ executionProviders: ['cpu'], intraOpNumThreads: threads, interOpNumThreads: 1 },
      ...{ executionMode: 'sequential', graphOptimizationLevel: 'all', logSeverityLevel: 4 },
    });
  } catch (cause) {
    throw new WeightsError(`The ONNX model ${file} cannot be loaded: ${firstLine(messageOf(cause))}.`, {
      remedy: 'Fetch the file again with the external data that belongs beside it, or choose another with `file`.',
      cause,
    });
  }
}

/** Name of the output with the tokens' states, [texts, tokens, width]. */
function outputOf({ inputMetadata, outputMetadata }: InferenceSession, file: string): string {
  const strange = inputMetadata.find(({ name }) => fillings[name] === undefined);
  if (strange !== undefined) throw noEncoder(file, `it needs the input ${strange.name}`);
  const states = outputMetadata.filter(
    (output) => output.isTensor && output.shape.length === 3 && output.type.startsWith('float'),
  );
  const [first] = states;
  if (first === undefined) throw noEncoder(file, 'it has no output with a vector for each token');
  return (states.find(({ name }) => name === 'last_hidden_state') ?? first).name;
}

function noEncoder(file: string, why: string): WeightsError {
  return new WeightsError(`The ONNX model ${file} is no sentence encoder: ${why}.`, {
    code: 'model-unknown',
    remedy: 'Export one with `optimum-cli export onnx --task feature-extraction`, or name another with `file`.',
  });
}

function unreadable(file: string, text: string, why: string, cause?: unknown): PlannerError {
  const start = JSON.stringify(text.slice(0, 40));
  return new PlannerError(`The encoder ${file} cannot read ${start}: ${why}.`, {
    code: 'text-not-encodable',
    remedy: 'Lower planner.options.maxTokens, or name another encoder.',
    cause,
  });
}

/** Node gives float16 as Uint16Array or, where it has them, as Float16Array; its bits are all that is needed. */
function numbersOf({ data }: Tensor): Float32Array {
  if (data instanceof Float32Array) return data;
  const { buffer, byteOffset, length } = data as Uint16Array<ArrayBuffer>;
  return fromFloat16(new Uint16Array(buffer, byteOffset, length));
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').replace(/\.$/u, '');
}
