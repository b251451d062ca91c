import type { FollowerStep } from '@rsim/core';

/**
 * How a step goes on after its injection. `line`: text up to a line feed. `answer`: text up to the end of the document.
 * `free`: the follower opens its line with a tag of its own choice, or none, and writes up to either end.
 */
export type StepMode = 'line' | 'answer' | 'free';

/** What the engine has to know of one step. */
export interface StepRequest {
  readonly injection: readonly number[];
  readonly mode: StepMode;
  /** Most tokens, injection and end mark included. */
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number;
}

/** What is asked of an engine; sessions are numbered by who asks. */
export type EngineOperation =
  | { readonly kind: 'open'; readonly session: number; readonly tokens: readonly number[] }
  | { readonly kind: 'fork'; readonly session: number; readonly from: number }
  | { readonly kind: 'step'; readonly session: number; readonly request: StepRequest }
  | { readonly kind: 'close'; readonly session: number };

export interface WrittenStep {
  /** What was drawn, the end mark included. */
  readonly tokens: readonly number[];
  readonly logProbabilities: readonly number[];
  readonly finish: FollowerStep['finish'];
  readonly promptTokens: number;
}

export interface EngineFailure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** The end of one step, one way or the other. */
export type EngineOutcome =
  | { readonly session: number; readonly step: WrittenStep }
  | { readonly session: number; readonly failure: EngineFailure };

/** Ids the engine treats in a way of their own. */
export interface VocabularyRoles {
  readonly size: number;
  /** Ids below this are special tokens. */
  readonly specialTokens: number;
  readonly lineFeed: number;
  readonly endOfDocument: number;
  /** Never drawn: padding and the beginning of a document. */
  readonly never: readonly number[];
  /** The tag that opens an answer. */
  readonly answerTag: number;
}
