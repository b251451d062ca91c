import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { messageOf } from '@rsim/core';
import type { CodeLimits } from './code-limits.js';

/** What the process is asked: a request of the pool with its number, or to start the interpreters of a language. */
export interface ProcessRequest {
  readonly kind: 'open' | 'calls' | 'tests';
  readonly language: string;
  /** Processor time. */
  readonly seconds: number;
  readonly program?: string;
  readonly entryPoint?: string;
  readonly calls?: readonly unknown[];
  readonly entryPoints?: readonly string[];
  readonly setup?: string;
  readonly tests?: string;
}

/** What it answers; `crashed` when an interpreter or the process itself broke. */
export interface ProcessOutcome {
  readonly status: 'passed' | 'failed' | 'done' | 'error' | 'timeout' | 'memory' | 'crashed';
  readonly detail?: string;
  readonly values?: readonly ({ readonly value: string } | { readonly error: string })[];
}

/** A process that runs one program at a time, started when it is first asked and again after it was killed. */
export class CodeProcess {
  readonly #limits: CodeLimits;
  #child: ChildProcess | null = null;
  #settle: ((outcome: ProcessOutcome) => void) | null = null;
  #number = 0;

  constructor(limits: CodeLimits) {
    this.#limits = limits;
  }

  /** @returns `crashed` when the process ended, `timeout` when it had to be killed. Never rejects. */
  async run(request: ProcessRequest): Promise<ProcessOutcome> {
    const child = (this.#child ??= this.#start());
    this.#number += 1;
    const outcome = new Promise<ProcessOutcome>((resolve) => (this.#settle = resolve));
    hold(child, true);
    child.send({ ...request, id: this.#number }, (error) => {
      if (error !== null) this.#end(child, { status: 'crashed', detail: messageOf(error) });
    });
    // The process keeps its own limits, by processor time; this is for one that does not.
    const longest =
      request.kind === 'open' ? this.#limits.startSeconds : this.#limits.startSeconds + request.seconds * 4;
    const timer = setTimeout(() => this.#end(child, { status: 'timeout' }), longest * 1000);
    try {
      return await outcome;
    } finally {
      clearTimeout(timer);
      hold(child, false);
    }
  }

  /** Resolves when the process is gone; what it was doing ends as `crashed`. */
  async close(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
    this.#end(child, { status: 'crashed', detail: 'the pool was closed' });
    hold(child, true);
    await gone;
  }

  #start(): ChildProcess {
    const child = spawn(
      process.execPath,
      [...nodeFlags(), entry, JSON.stringify({ ...libraries(), ...this.#limits })],
      {
        env: {},
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
        cwd: dirname(entry),
      },
    );
    child.on('message', ({ id, outcome }: { id: number; outcome: ProcessOutcome }) => {
      if (this.#child === child && id === this.#number) this.#answer(outcome);
    });
    child.on('error', (error) => this.#end(child, { status: 'crashed', detail: error.message }));
    child.on('exit', (code, signal) =>
      this.#end(child, { status: 'crashed', detail: `the process ended (${String(signal ?? code)})` }),
    );
    return child;
  }

  #end(child: ChildProcess, outcome: ProcessOutcome): void {
    if (this.#child !== child) return;
    this.#child = null;
    child.kill('SIGKILL');
    this.#answer(outcome);
  }

  #answer(outcome: ProcessOutcome): void {
    this.#settle?.(outcome);
    this.#settle = null;
  }
}

/** Only a process with work to do keeps this one alive. */
function hold(child: ChildProcess, isNeeded: boolean): void {
  if (isNeeded) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
}

/** Plain JavaScript, in the source folder for source and compiled code alike: it needs neither build nor loader. */
const entry = fileURLToPath(new URL('../../src/code/child/main.mjs', import.meta.url));

/** No files but these may be read, none written, nothing run, no code made of text. */
function nodeFlags(): string[] {
  const { readable } = libraries();
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  return [
    '--no-warnings',
    permission,
    '--allow-worker',
    ...[dirname(entry), ...readable].map((folder) => `--allow-fs-read=${join(folder, '*')}`),
    '--disallow-code-generation-from-strings',
  ];
}

function libraries() {
  const require = createRequire(import.meta.url);
  const pyodide = dirname(require.resolve('pyodide'));
  const quickjs = createRequire(require.resolve('quickjs-emscripten'));
  const core = quickjs.resolve('quickjs-emscripten-core');
  const variant = dirname(quickjs.resolve('@jitl/quickjs-wasmfile-release-sync'));
  const types = dirname(createRequire(core).resolve('@jitl/quickjs-ffi-types'));
  return {
    readable: [pyodide, dirname(core), variant, types].map((folder) => (folder === pyodide ? folder : dirname(folder))),
    pyodide: { folder: join(pyodide, '/'), module: pathToFileURL(join(pyodide, 'pyodide.mjs')).href },
    quickjs: {
      core: pathToFileURL(join(dirname(core), 'index.mjs')).href,
      bindings: pathToFileURL(join(variant, 'ffi.mjs')).href,
      loader: pathToFileURL(join(variant, 'emscripten-module.mjs')).href,
    },
  };
}
