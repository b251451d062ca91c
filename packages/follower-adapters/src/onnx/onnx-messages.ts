import type { WrittenStep } from '../engine/engine.js';
import type { Layout } from './batch-evaluator.js';
import type { Device } from './device.js';
import type { TokenTable } from './token-table.js';

/** What the engine has to know of one step. */
export interface OnnxStepRequest {
  readonly injection: readonly number[];
  /** Texts that end the step. */
  readonly stops: readonly string[];
  /** Whether special tokens, except those that end the turn, are kept from being drawn. */
  readonly isGuided: boolean;
  /** What the end of the turn means. After `stop` the turn goes on, without its end mark. */
  readonly endOfTurn: 'stop' | 'answer';
  /** Most tokens, injection and end mark included. */
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number;
}

export interface OnnxWrittenStep extends WrittenStep {
  /** What was written before the stop text or the end of the turn. */
  readonly text: string;
  /** What the conversation now goes on after: the same with the stop text, where there was one. */
  readonly context: string;
  /** Tokens that the engine has evaluated so far, of all conversations; padding is not counted. */
  readonly evaluatedTokens: number;
}

/** What an engine is told of its vocabulary. */
export interface OnnxVocabulary {
  readonly table: TokenTable;
  /** Tokens that end the turn. */
  readonly endOfTurn: readonly number[];
  /** Tokens that are no text. */
  readonly special: readonly number[];
}

/** What an engine is started with. */
export interface OnnxEngineData {
  /** Path of the .onnx file. */
  readonly file: string;
  /** Whether tokens see only the last ones before them. */
  readonly isWindowed: boolean;
  readonly device: Device;
  /** Threads that onnxruntime computes with. */
  readonly threads: number;
  /** Most tokens of a conversation. */
  readonly contextLength: number;
  /** Most conversations that are evaluated together. */
  readonly batch: number;
  /** Size of the logits where the export does not tell it. */
  readonly vocabularySize: number;
  readonly vocabulary: OnnxVocabulary;
  readonly topK: number;
  readonly topP: number;
}

/** What an engine tells of its model. */
export interface OnnxEngineFacts {
  /** How conversations lie that are evaluated together. */
  readonly layout: Layout;
  readonly cacheType: 'float32' | 'float16';
}
