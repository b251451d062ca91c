import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError, messageOf } from '@rsim/core';
import { bundleClient, type ClientBundle } from './client-bundle.js';
import { pageHtml } from './page.js';
import type { RunState } from './report-data.js';
import { RunReader } from './run-reader.js';

export interface WatchOptions {
  /** Port on 127.0.0.1; 0 takes any that is free. */
  readonly port: number;
  /** Milliseconds between two looks at the run; 500 by default. */
  readonly interval?: number;
  /** Called when the run's state changes. */
  readonly onState?: (state: RunState) => void;
}

const host = '127.0.0.1';
/** Pages that may be open at once: each holds a connection. */
const mostListeners = 50;
/** Patches kept for pages that were away for a moment. */
const mostPatches = 1000;
/** Keeps connections from being taken for dead. */
const heartbeatMilliseconds = 15_000;

/**
 * Shows a run in the browser while it is written: the page itself, and server-sent events with what is new. It serves
 * this machine alone and reads the run folder, nothing else; the run need not be there yet and may go away.
 */
export class WatchServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #reader: RunReader;
  readonly #listeners = new Set<ServerResponse>();
  readonly #timers: NodeJS.Timeout[] = [];
  #patches: string[] = [];
  #first = 0;
  #state: RunState | null = null;

  private constructor(
    path: string,
    private readonly client: ClientBundle,
    private readonly onState: (state: RunState) => void,
  ) {
    this.#reader = new RunReader(path);
    this.#server = createServer({ requestTimeout: 10_000 }, (request, response) => this.#answer(request, response));
  }

  /** @throws ConfigError with code `port-in-use` or `port-refused` when the port cannot be had. */
  static async start(path: string, { port, interval = 500, onState = () => undefined }: WatchOptions) {
    const watch = new WatchServer(path, await bundleClient(), onState);
    await listening(watch.#server, port);
    watch.#look();
    watch.#timers.push(
      setInterval(() => watch.#look(), interval),
      setInterval(() => watch.#send(': still here\n\n'), heartbeatMilliseconds),
    );
    return watch;
  }

  get url(): string {
    return `http://${host}:${(this.#server.address() as AddressInfo).port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timers.forEach((timer) => clearInterval(timer));
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #look(): void {
    const patch = this.#reader.read();
    if (patch !== null) {
      this.#patches.push(JSON.stringify(patch));
      if (this.#patches.length > mostPatches) {
        this.#first += this.#patches.length - mostPatches;
        this.#patches = this.#patches.slice(-mostPatches);
      }
      this.#send(this.#event(this.#next - 1));
    }
    const { state } = this.#reader.run.data;
    if (state !== this.#state) this.onState(state);
    this.#state = state;
  }

  /** Number of the patch that comes next. */
  get #next(): number {
    return this.#first + this.#patches.length;
  }

  #event(number: number): string {
    return `id: ${number + 1}\nevent: patch\ndata: ${this.#patches[number - this.#first]}\n\n`;
  }

  #send(text: string): void {
    for (const listener of this.#listeners) listener.write(text);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    // A page of another site must not read the run by a name that it has resolve to this machine.
    const name = (request.headers.host ?? '').replace(/:\d+$/, '');
    if (name !== host && name !== 'localhost') return plain(response, 403, 'rsim watch answers to 127.0.0.1 only.');
    if (request.method !== 'GET') return plain(response, 405, 'Only GET.');
    const [pathname, query = ''] = (request.url ?? '/').split('?', 2);
    if (pathname === '/') return this.#page(response);
    if (pathname === '/events') {
      return this.#listen(response, Number(request.headers['last-event-id'] ?? new URLSearchParams(query).get('from')));
    }
    plain(response, 404, 'There is only the page itself: /');
  }

  #page(response: ServerResponse): void {
    this.#look();
    const { data, bodies } = this.#reader.run;
    const html = pageHtml(
      {
        data: {
          ...{ title: `${data.name} · rsim`, kind: 'report', made: new Date().toISOString() },
          ...{ runs: [data], comparison: null, continual: [], live: this.#next },
        },
        bodies: [bodies],
      },
      this.client,
    );
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(html);
  }

  /** @param from number of the first patch that the page has not seen. */
  #listen(response: ServerResponse, from: number): void {
    if (this.#listeners.size >= mostListeners) {
      return plain(response, 503, `${mostListeners} pages are open already; close one.`);
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 1000\n\n');
    if (!(from >= this.#first && from <= this.#next)) {
      // Another server's numbers, or too long away.
      response.end('event: stale\ndata: \n\n');
      return;
    }
    for (let number = from; number < this.#next; number += 1) response.write(this.#event(number));
    this.#listeners.add(response);
    response.on('close', () => this.#listeners.delete(response));
  }
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => {
      const inUse = error.code === 'EADDRINUSE';
      reject(
        new ConfigError(inUse ? `port ${port} is in use` : `cannot listen on port ${port}: ${messageOf(error)}`, {
          remedy: 'Name another one with --port; --port 0 takes any that is free.',
          code: inUse ? 'port-in-use' : 'port-refused',
          cause: error,
        }),
      );
    };
    server.once('error', refuse);
    server.listen(port, host, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}
