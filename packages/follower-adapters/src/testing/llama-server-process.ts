import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface LlamaServerOptions {
  /** Path of the program. */
  readonly program: string;
  /** Path of the GGUF file. */
  readonly model: string;
  readonly slots: number;
  /** Tokens of one slot. */
  readonly contextSize: number;
  /** Has the server take a model of the architecture `llama` for one that was trained on this many tokens: it gives a slot no more. */
  readonly trainedContext?: number;
}

/** Starts llama.cpp's server, and waits until it has loaded its model. */
export async function startLlamaServer(options: LlamaServerOptions): Promise<AsyncDisposable & { url: string }> {
  const port = await freePort();
  const { program, model, slots, contextSize, trainedContext } = options;
  const one = ['--threads', '1', '--threads-batch', '1', '--threads-http', '2'];
  // Keys and values as exact as in this process, for the comparison.
  const exact = ['--cache-type-k', 'f32', '--cache-type-v', 'f32', '--flash-attn', 'off'];
  const sizes = ['--parallel', String(slots), '--ctx-size', String(slots * contextSize)];
  const listen = ['--host', '127.0.0.1', '--port', String(port)];
  const trained = trainedContext === undefined ? [] : ['--override-kv', `llama.context_length=int:${trainedContext}`];
  const words = ['--model', model, ...listen, ...sizes, ...one, ...exact, ...trained];
  const child = spawn(program, words, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const dispose = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 300; tries += 1) {
    const isReady = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return { url, [Symbol.asyncDispose]: dispose };
    if (child.exitCode !== null) break;
    await wait(100);
  }
  await dispose();
  throw new Error(`${program} did not start with ${model}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
