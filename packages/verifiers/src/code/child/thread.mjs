import { Worker } from 'node:worker_threads';

/** A worker thread that holds an interpreter, opened when it is first needed and again after it was closed. */
export class Thread {
  #worker = null;
  #waiting = null;
  #flag = new SharedArrayBuffer(4);
  #settings;

  /** @param settings limits, places of the libraries, and `role`. */
  constructor(settings) {
    this.#settings = settings;
  }

  /** @throws Error when the interpreter does not start. */
  async open(channel) {
    if (this.#worker !== null) return;
    this.#lower();
    this.#worker = new Worker(new URL('./worker.mjs', import.meta.url), {
      workerData: { ...this.#settings, channel, interrupt: this.#flag },
      env: {},
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 512, stackSizeMb: 8 },
    });
    const worker = this.#worker;
    // Output of an interpreter is nobody's: read and dropped, so that it does not pile up.
    worker.stdout.resume();
    worker.stderr.resume();
    worker.on('message', (message) => this.#waiting?.resolve(message));
    worker.on('error', (error) => this.#waiting?.reject(error));
    worker.on('exit', () => this.#waiting?.reject(new Error('the interpreter ended')));
    await this.#next();
  }

  /** What the thread answers. @throws Error when it breaks. */
  run(request) {
    this.#lower();
    const answer = this.#next();
    this.#worker.postMessage(request);
    return answer;
  }

  /** Asks the interpreter to end what it does (2: SIGINT, as Pyodide has it). */
  interrupt() {
    Atomics.store(new Uint8Array(this.#flag), 0, 2);
  }

  async close() {
    const worker = this.#worker;
    this.#worker = null;
    this.#waiting = null;
    await worker?.terminate();
  }

  #lower() {
    Atomics.store(new Uint8Array(this.#flag), 0, 0);
  }

  #next() {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }
}
