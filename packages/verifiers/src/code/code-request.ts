/** Languages that programs may be written in. */
export type CodeLanguage = 'python' | 'javascript';

/** Calls of one function of a program, whose results are compared outside. */
export interface CallsRequest {
  readonly language: CodeLanguage;
  readonly program: string;
  /** Name of the function that is called. */
  readonly entryPoint: string;
  /** Arguments of each call, as plain data. */
  readonly calls: readonly (readonly CodeValue[])[];
  /** Processor time, where the pool's limit does not fit. */
  readonly seconds?: number;
}

/** A Python program and tests that are Python themselves: assertions, as the benchmarks have them. */
export interface TestsRequest {
  readonly program: string;
  /** Names of the program that the tests may use; in the tests they stand for the program's own. */
  readonly entryPoints: readonly string[];
  /** Python that runs where the tests run, before them. Trusted as the tests are. */
  readonly setup: string;
  /** Raises an exception when the program is wrong. */
  readonly tests: string;
  /** Processor time, where the pool's limit does not fit. */
  readonly seconds?: number;
}

/** Plain data, the same in both languages. Python: integers where a number is one, lists, dictionaries. */
export type CodeValue =
  null | boolean | number | string | readonly CodeValue[] | { readonly [name: string]: CodeValue };

/** What came of a call: a value, or the error it ended with. */
export type CallOutcome = { readonly value: unknown } | { readonly error: string };

/** `timeout`: a limit of time. `failed`: a test failed. `error`: the program could not be run, or used too much memory. */
export type TestsOutcome =
  { readonly status: 'passed' | 'timeout' } | { readonly status: 'failed' | 'error'; readonly detail: string };

export type CallsOutcome =
  | { readonly status: 'done'; readonly values: readonly CallOutcome[] }
  | { readonly status: 'timeout' }
  | { readonly status: 'error'; readonly detail: string };
