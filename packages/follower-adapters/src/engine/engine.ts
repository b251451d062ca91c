import type { FollowerStep } from '@rsim/core';

/** What is asked of an engine; sessions are numbered by who asks. */
export type EngineOperation<Request> =
  | { readonly kind: 'open'; readonly session: number; readonly tokens: readonly number[] }
  | { readonly kind: 'fork'; readonly session: number; readonly from: number }
  | { readonly kind: 'step'; readonly session: number; readonly request: Request }
  | { readonly kind: 'close'; readonly session: number }
  | SwapOperation;

/** Sessions that were asked for before it end with it. */
export interface SwapOperation {
  readonly kind: 'swap';
  /** The bytes of an ONNX model; weights are in it, or in a file beside the one that the engine began with. */
  readonly model: Uint8Array;
}

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
export type EngineOutcome<Written extends WrittenStep = WrittenStep> =
  { readonly session: number; readonly step: Written } | { readonly session: number; readonly failure: EngineFailure };

/** Writes the steps of many sessions at once, a token of each per round. */
export interface Engine<Request, Written extends WrittenStep = WrittenStep> {
  /** How many sessions have a step under way. */
  readonly working: number;
  /** How many sessions have keys and values here. */
  readonly held: number;
  /** Takes in new sessions with the tokens of their past. */
  open(sessions: readonly { readonly session: number; readonly tokens: readonly number[] }[]): Promise<void>;
  fork(session: number, from: number): void;
  begin(session: number, request: Request): void;
  /** Forgets a session, also in the middle of a step. */
  close(session: number): void;
  /** Ends every step under way. */
  failAll(failure: EngineFailure): void;
  /** Takes another model in place of its own; every session ends. */
  swap?(model: Uint8Array): Promise<void>;
  /** Reports a step that could not begin. */
  refuse(session: number, failure: EngineFailure): void;
  /** Steps that ended since the last call. */
  takeOutcomes(): EngineOutcome<Written>[];
  /** One round. */
  advance(): Promise<void>;
}
