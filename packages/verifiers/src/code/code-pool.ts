import { availableParallelism } from 'node:os';
import { VerifierError } from '@rsim/core';
import type { CodeLanguage, CallsOutcome, CallsRequest, TestsOutcome, TestsRequest } from './code-request.js';
import { CodeProcess, type ProcessOutcome, type ProcessRequest } from './code-process.js';
import { defaultCodeLimits, type CodeLimits } from './code-limits.js';
import { writeArguments, readValue } from './code-value.js';

export interface CodePoolOptions {
  /** Programs that run at the same time, each in a process of its own; one for each core by default. */
  readonly processes?: number;
  readonly limits?: Partial<CodeLimits>;
}

type Unlimited = Omit<ProcessRequest, 'seconds'> & { readonly seconds: number | undefined };

/** Characters of a program or of tests. */
const longestText = 200_000;

/**
 * Processes that run programs nobody has read, side by side. What a program may reach and use is said in
 * docs/verifiers/code.md. Processes start when they are first needed and end with the pool, or with this process.
 */
export class CodePool implements AsyncDisposable {
  readonly limits: CodeLimits;
  readonly #idle: CodeProcess[];
  readonly #all: readonly CodeProcess[];
  readonly #waiting: ((process: CodeProcess) => void)[] = [];
  #isClosed = false;

  constructor({ processes = availableParallelism(), limits }: CodePoolOptions = {}) {
    this.limits = { ...defaultCodeLimits, ...limits };
    this.#all = Array.from({ length: processes }, () => new CodeProcess(this.limits));
    this.#idle = [...this.#all].reverse();
  }

  /** Calls a function of a program. The results are read outside, as plain data. @throws VerifierError when closed. */
  async runCalls({ language, program, entryPoint, calls, seconds }: CallsRequest): Promise<CallsOutcome> {
    if (!/^[A-Za-z_]\w*$/.test(entryPoint)) throw badRequest(`"${entryPoint}" is no name of a function`);
    if (program.length > longestText) return { status: 'error', detail: 'the program is too long' };
    const written = calls.map((values) => writeArguments(language, values));
    const outcome = await this.#run({ kind: 'calls', language, program, entryPoint, calls: written, seconds });
    switch (outcome.status) {
      case 'done':
        return {
          status: 'done',
          values: outcome.values!.map((each) => ('error' in each ? each : readValue(each.value))),
        };
      case 'timeout':
        return { status: 'timeout' };
      default:
        return { status: 'error', detail: detailOf(outcome) };
    }
  }

  /** Runs Python tests on a program that is held by another interpreter. @throws VerifierError when closed. */
  async runTests({ program, entryPoints, setup, tests, seconds }: TestsRequest): Promise<TestsOutcome> {
    if (program.length > longestText) return { status: 'error', detail: 'the program is too long' };
    const outcome = await this.#run({ kind: 'tests', language: 'python', program, entryPoints, setup, tests, seconds });
    switch (outcome.status) {
      case 'passed':
      case 'timeout':
        return { status: outcome.status };
      default:
        return { status: outcome.status === 'failed' ? 'failed' : 'error', detail: detailOf(outcome) };
    }
  }

  /** Starts all processes and the interpreters of a language, so that the first programs need not wait for them. */
  async warmUp(language: CodeLanguage): Promise<void> {
    await Promise.all(this.#all.map(() => this.#run({ kind: 'open', language, seconds: undefined })));
  }

  /** Ends all processes; what still runs ends with an error. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#all.map((process) => process.close()));
  }

  /** A program whose process broke runs once more, in a new one: it need not have been its fault. */
  async #run(request: Unlimited): Promise<ProcessOutcome> {
    const process = await this.#take();
    try {
      // Also of those who waited while it was open: a process would be started for each.
      if (this.#isClosed) throw badRequest('the pool was closed');
      const full = { ...request, seconds: request.seconds ?? this.limits.seconds };
      const first = await process.run(full);
      return first.status === 'crashed' && !this.#isClosed ? await process.run(full) : first;
    } finally {
      this.#giveBack(process);
    }
  }

  async #take(): Promise<CodeProcess> {
    return this.#idle.pop() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  #giveBack(process: CodeProcess): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(process);
    else next(process);
  }
}

function detailOf({ status, detail = '' }: ProcessOutcome): string {
  return status === 'memory' ? 'it used too much memory' : detail;
}

function badRequest(what: string): VerifierError {
  return new VerifierError(`A program cannot be run: ${what}.`, {
    remedy: 'Open a pool, and keep it open, for each run.',
  });
}

let shared: CodePool | undefined;

/** The pool of this process, for suites: started when first asked for, ends with the process. */
export function sharedCodePool(): CodePool {
  return (shared ??= new CodePool());
}
