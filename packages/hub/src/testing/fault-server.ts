import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with the next request for content (`GET …/resolve/…`); `head` faults with the one before it. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string; readonly head?: boolean }
  | { readonly kind: 'drop'; readonly after: number }
  | { readonly kind: 'stall'; readonly after: number }
  | { readonly kind: 'truncate'; readonly after: number }
  | { readonly kind: 'wrong-bytes' }
  | { readonly kind: 'extra-bytes' }
  | { readonly kind: 'no-ranges' }
  | { readonly kind: 'wrong-range' }
  | { readonly kind: 'slow'; readonly milliseconds: number };

/** A small model hub with one commit, which fails as it is told to. */
export class FaultServer implements AsyncDisposable {
  readonly faults: Fault[] = [];
  readonly requests: { readonly method: string; readonly url: string; readonly headers: IncomingMessage['headers'] }[] =
    [];
  readonly commit = 'c0ffee'.padEnd(40, '0');
  /** Where contents are redirected to, as the hub does with large files. */
  contentHost: string | null = null;
  isOfPlainFiles = false;
  readonly #server: Server;

  private constructor(readonly files: Record<string, Buffer>) {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(files: Record<string, Buffer>): Promise<FaultServer> {
    const server = new FaultServer(files);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Requests for content, with the first byte each asked for. */
  get transfers(): number[] {
    return this.requests
      .filter(({ method, url }) => method === 'GET' && !url.startsWith('/api/'))
      .map(({ headers }) => Number(/\d+/.exec(headers.range ?? '')?.[0] ?? 0));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    this.requests.push({ method, url, headers });
    if (url.startsWith('/api/')) return this.#list(response);
    const name = decodeURIComponent(/\/(?:resolve\/[^/]+|content)\/(.*)$/.exec(url)?.[1] ?? '');
    const content = this.files[name];
    if (content === undefined) return void response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
    const fault = this.#next(method);
    if (fault?.kind === 'status') {
      const later = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
      return void response.writeHead(fault.status, later).end('refused');
    }
    if (method === 'HEAD') return this.#head(response, name, content);
    if (this.contentHost !== null && url.includes('/resolve/')) {
      if (fault) this.faults.unshift(fault);
      return void response.writeHead(302, { location: `${this.contentHost}/content/${name}` }).end();
    }
    this.#send(request, response, content, fault);
  }

  #next(method: string): Fault | undefined {
    const [fault] = this.faults;
    const isForHead = fault?.kind === 'status' && fault.head === true;
    return isForHead === (method === 'HEAD') ? this.faults.shift() : undefined;
  }

  #list(response: ServerResponse): void {
    const siblings = Object.keys(this.files).map((rfilename) => ({ rfilename }));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ sha: this.commit, siblings }));
  }

  #head(response: ServerResponse, name: string, content: Buffer): void {
    const sha256 = createHash('sha256').update(content).digest('hex');
    const oid = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    const linked = { 'x-linked-etag': `"${sha256}"`, 'x-linked-size': content.length, location: `/content/${name}` };
    response.writeHead(this.isOfPlainFiles ? 200 : 302, {
      'x-repo-commit': this.commit,
      ...(this.isOfPlainFiles ? { etag: `W/"${oid}"`, 'content-length': content.length } : linked),
    });
    response.end();
  }

  #send({ headers }: IncomingMessage, response: ServerResponse, whole: Buffer, fault: Fault | undefined): void {
    const asked = fault?.kind === 'no-ranges' ? 0 : Number(/\d+/.exec(headers.range ?? '')?.[0] ?? 0);
    if (asked >= whole.length) return void response.writeHead(416).end();
    const from = fault?.kind === 'wrong-range' ? 0 : asked;
    let content = whole.subarray(from);
    if (fault?.kind === 'wrong-bytes') content = Buffer.alloc(content.length, 'x');
    if (fault?.kind === 'extra-bytes') content = Buffer.concat([content, Buffer.from('more')]);
    const range = { 'content-range': `bytes ${from}-${whole.length - 1}/${whole.length}` };
    const length = fault?.kind === 'truncate' ? {} : { 'content-length': content.length };
    response.writeHead(asked > 0 ? 206 : 200, { ...(asked > 0 ? range : {}), ...length });
    if (fault?.kind === 'drop')
      return void response.write(content.subarray(0, fault.after), () => setTimeout(() => response.destroy(), 20));
    if (fault?.kind === 'stall') return void response.write(content.subarray(0, fault.after));
    if (fault?.kind === 'truncate') return void response.end(content.subarray(0, fault.after));
    if (fault?.kind === 'slow') return void setTimeout(() => response.end(content), fault.milliseconds);
    response.end(content);
  }
}
