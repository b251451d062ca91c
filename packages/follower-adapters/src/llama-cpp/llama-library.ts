import { FollowerError, messageOf } from '@rsim/core';

/**
 * What is used of node-llama-cpp (3.22), so that nothing here needs its types: it is an optional peer, since its
 * binaries are large.
 */
export interface LlamaLibrary {
  getLlama(options: {
    readonly gpu: 'auto' | false;
    readonly build: 'never';
    readonly skipDownload: true;
    readonly logLevel: 'disabled';
    readonly maxThreads?: number;
  }): Promise<LlamaRuntime>;
}

export interface LlamaRuntime {
  /** What computes: a kind of GPU, or `false` for the processor. */
  readonly gpu: string | false;
  loadModel(options: { readonly modelPath: string; readonly gpuLayers?: number }): Promise<LlamaModel>;
}

export interface LlamaModel {
  readonly trainContextSize: number;
  readonly tokens: {
    readonly bos: number | null;
    readonly bosString: string | null;
    readonly eosString: string | null;
    readonly shouldPrependBosToken: boolean;
  };
  readonly fileInfo: {
    readonly metadata: {
      readonly general?: { readonly name?: string };
      readonly tokenizer?: { readonly chat_template?: string };
    };
    readonly tensorInfo?: readonly { readonly dimensions: readonly (number | bigint)[] }[];
  };
  /** @param specialTokens whether special tokens written out in the text become their one id */
  tokenize(text: string, specialTokens: boolean): number[];
  /** @param lastTokens what came before, for tokenizers whose first token loses its space */
  detokenize(tokens: readonly number[], specialTokens: boolean, lastTokens: readonly number[]): string;
  isEogToken(token: number): boolean;
  isSpecialToken(token: number): boolean;
  createContext(options: {
    readonly sequences: number;
    readonly contextSize: number;
    readonly threads?: number;
  }): Promise<LlamaContext>;
  dispose(): Promise<void>;
}

export interface LlamaContext {
  readonly contextSize: number;
  readonly sequencesLeft: number;
  getSequence(): LlamaSequence;
  dispose(): Promise<void>;
}

/** Options of one evaluated token: what is to be told of the token that follows it. */
export interface NextToken {
  readonly generateNext: {
    readonly logits: { readonly filter: { readonly tokens: readonly number[]; readonly includeTop: number } };
    readonly totalLogitWeight: true;
    readonly options: { readonly temperature: 1; readonly topK: 0; readonly topP: 1; readonly minP: 0 };
  };
}

export interface LlamaSequence {
  readonly nextTokenIndex: number;
  controlledEvaluate(
    input: readonly (number | readonly [number, NextToken])[],
    options: { readonly contextShift: { readonly strategy: () => never } },
  ): Promise<readonly ({ readonly next: EvaluatedNext } | undefined)[]>;
  saveStateToFile(path: string): Promise<unknown>;
  loadStateFromFile(path: string, risk: { readonly acceptRisk: true }): Promise<void>;
  clearHistory(): Promise<void>;
}

export interface EvaluatedNext {
  /** Logits of the most probable tokens. */
  readonly logits?: ReadonlyMap<number, number>;
  /** Sum of exp(logit - largest logit) over the whole vocabulary. */
  readonly totalLogitWeight?: number;
}

/** Loads node-llama-cpp; another loader stands in for it in tests. */
export type LoadLlamaLibrary = () => Promise<unknown>;

// Not written into the import, so that the types check where it is not installed.
const packageName = 'node-llama-cpp';

export const importLlamaLibrary: LoadLlamaLibrary = () => import(packageName) as Promise<unknown>;

/** @throws FollowerError when the library is not installed or is of no use here */
export async function llamaLibrary(load: LoadLlamaLibrary): Promise<LlamaLibrary> {
  const library = await load().catch((cause: unknown) => {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND';
    const what = isMissing ? 'is not installed' : `cannot be loaded: ${messageOf(cause)}`;
    throw new FollowerError(`node-llama-cpp, which the llama-cpp follower needs, ${what}.`, {
      code: 'llama-cpp-missing',
      remedy: 'Run: npm install node-llama-cpp',
      cause,
    });
  });
  if (typeof library === 'object' && library !== null && 'getLlama' in library) return library as LlamaLibrary;
  throw new FollowerError('What is installed as node-llama-cpp has no getLlama.', {
    code: 'llama-cpp-missing',
    remedy: 'Run: npm install node-llama-cpp',
  });
}
