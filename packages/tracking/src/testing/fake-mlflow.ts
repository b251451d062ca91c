import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/**
 * What goes wrong with a request. `drop`: the connection breaks before it is read. `lose`: it is carried out, then the
 * connection breaks. `hang`: it is carried out and never answered. `half`: half of it is carried out, then comes a 500.
 * `error`: 500, nothing done. `busy`: 503.
 */
export type Fault = 'none' | 'drop' | 'lose' | 'hang' | 'half' | 'error' | 'busy';

export interface StoredMetric {
  readonly key: string;
  readonly value: number;
  readonly step: number;
  readonly timestamp: number;
}

export interface StoredRun {
  readonly run_id: string;
  readonly experiment_id: string;
  readonly name: string;
  status: string;
  lifecycle_stage: string;
  readonly tags: Map<string, string>;
  readonly params: Map<string, string>;
  readonly metrics: StoredMetric[];
  readonly inputs: unknown[];
}

/** What requests say; each has a few of these. */
interface Fields extends Record<
  'experiment_name' | 'experiment_id' | 'name' | 'run_id' | 'run_name' | 'status',
  string
> {
  readonly filter: string;
  readonly metric_key: string;
  readonly page_token?: string;
  readonly source: string;
  readonly alias: string;
  readonly version: string;
  readonly metrics?: readonly StoredMetric[];
  readonly params?: readonly Pair[];
  readonly tags?: readonly Pair[];
  readonly datasets: readonly unknown[];
}

interface Pair {
  readonly key: string;
  readonly value: string;
}

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * A small MLflow server in memory that does to requests what it is told. Unlike the real one it keeps a point that is sent
 * twice twice, so that only the client's care makes it once.
 */
export class FakeMlflow implements AsyncDisposable {
  readonly experiments = new Map<string, string>();
  readonly runs = new Map<string, StoredRun>();
  readonly artifacts = new Map<string, string>();
  readonly models = new Map<string, { version: string; source: string; run_id: string; tags?: readonly Pair[] }[]>();
  readonly aliases = new Map<string, string>();
  readonly requests: string[] = [];
  /** Fault of the next request, of which this is told the method and path. */
  fault: (request: string) => Fault = () => 'none';
  /** Metrics with such a key are rejected. */
  rejects: (metric: StoredMetric) => boolean = () => false;
  /** Header that is asked for; anyone is let in by default. */
  authorization: string | null = null;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(): Promise<FakeMlflow> {
    const fake = new FakeMlflow();
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get uri(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The run of that name. */
  run(name: string): StoredRun {
    const found = [...this.runs.values()].find((run) => run.name === name);
    if (found === undefined) throw new Error(`no run ${name}`);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake');
    const name = `${request.method} ${pathname.replace(/^\/api\/2\.0\/(mlflow\/)?/, '')}`;
    const body = await bodyOf(request);
    // The client gave up before it had said all.
    if (body === null) return;
    this.requests.push(name);
    const fault = this.fault(name);
    if (fault === 'drop') return void request.socket.destroy();
    if (fault === 'busy' || fault === 'error') return answer(response, fault === 'busy' ? 503 : 500, {});
    try {
      if (this.authorization !== null && request.headers.authorization !== this.authorization) {
        throw new Refusal(401, 'UNAUTHENTICATED', 'who are you?');
      }
      const result = this.#carryOut(name, body, searchParams, fault === 'half');
      if (fault === 'hang') return;
      if (fault === 'lose') return void request.socket.destroy();
      answer(response, fault === 'half' ? 500 : 200, result);
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) return answer(response, 500, { message: String(thrown) });
      answer(response, thrown.status, { error_code: thrown.code, message: thrown.message });
    }
  }

  #carryOut(name: string, body: string, query: URLSearchParams, half: boolean): unknown {
    const artifact = /^PUT mlflow-artifacts\/artifacts\/(.*)$/.exec(name)?.[1];
    if (artifact !== undefined) {
      this.artifacts.set(decodeURIComponent(artifact), body);
      return {};
    }
    const fields = (body === '' ? Object.fromEntries(query) : JSON.parse(body)) as unknown as Fields;
    switch (name) {
      case 'GET experiments/get-by-name':
        return { experiment: { experiment_id: this.#known(this.experiments, fields.experiment_name) } };
      case 'POST experiments/create':
        if (this.experiments.has(fields.name)) throw new Refusal(400, 'RESOURCE_ALREADY_EXISTS', 'it is there');
        this.experiments.set(fields.name, String(this.experiments.size + 1));
        return { experiment_id: this.experiments.get(fields.name) };
      case 'POST runs/create':
        return { run: { info: this.#info(this.#create(fields)) } };
      case 'GET runs/get':
        return { run: { info: this.#info(this.#known(this.runs, fields.run_id)) } };
      case 'POST runs/search':
        return { runs: this.#search(fields).map((run) => ({ info: this.#info(run) })) };
      case 'POST runs/update':
        this.#known(this.runs, fields.run_id).status = fields.status;
        return {};
      case 'POST runs/log-batch':
        return this.#logBatch(fields, half);
      case 'POST runs/log-inputs':
        this.#known(this.runs, fields.run_id).inputs.push(...fields.datasets);
        return {};
      case 'GET metrics/get-history':
        return this.#history(fields);
      default:
        return this.#models(name, fields);
    }
  }

  #create({ experiment_id, run_name, tags }: Fields): StoredRun {
    const run: StoredRun = {
      ...{ run_id: `run${this.runs.size + 1}`, experiment_id, name: run_name, status: 'RUNNING' },
      ...{ lifecycle_stage: 'active', params: new Map(), metrics: [], inputs: [] },
      tags: pairs(tags),
    };
    this.runs.set(run.run_id, run);
    return run;
  }

  #info({ run_id, experiment_id, lifecycle_stage }: StoredRun): unknown {
    const artifact_uri = `mlflow-artifacts:/${experiment_id}/${run_id}/artifacts`;
    return { run_id, experiment_id, lifecycle_stage, artifact_uri };
  }

  #search({ filter }: Fields): StoredRun[] {
    const [, key = '', value] = /^tags\.`(.*)` = '(.*)'$/.exec(filter) ?? [];
    return [...this.runs.values()].filter(
      (run) => run.lifecycle_stage === 'active' && run.tags.get(key) === value?.replaceAll("''", "'"),
    );
  }

  #logBatch({ run_id, metrics: points = [], params, tags }: Fields, half: boolean): unknown {
    const run = this.#known(this.runs, run_id);
    if (run.lifecycle_stage !== 'active') throw new Refusal(400, 'INVALID_PARAMETER_VALUE', 'the run is not active');
    if (points.length > 1000) throw new Refusal(400, 'INVALID_PARAMETER_VALUE', 'more than 1000 metrics');
    if (points.some((point) => this.rejects(point))) throw new Refusal(400, 'INVALID_PARAMETER_VALUE', 'a bad metric');
    run.metrics.push(...points.slice(0, half ? points.length / 2 : points.length));
    for (const [key, value] of pairs(params)) run.params.set(key, value);
    for (const [key, value] of pairs(tags)) run.tags.set(key, value);
    return {};
  }

  /** In pages of three, so that there are several. */
  #history({ run_id, metric_key, page_token }: Fields): unknown {
    const all = this.#known(this.runs, run_id).metrics.filter(({ key }) => key === metric_key);
    const start = Number(page_token ?? 0);
    const token = start + 3 < all.length ? { next_page_token: String(start + 3) } : {};
    return { metrics: all.slice(start, start + 3), ...token };
  }

  #models(name: string, fields: Fields): unknown {
    switch (name) {
      case 'POST registered-models/create':
        if (this.models.has(fields.name)) throw new Refusal(400, 'RESOURCE_ALREADY_EXISTS', 'it is there');
        this.models.set(fields.name, []);
        return {};
      case 'GET model-versions/search': {
        const [, model = '', run] = /^name = '(.*)' and run_id = '(.*)'$/.exec(fields.filter) ?? [];
        return { model_versions: this.models.get(model)?.filter(({ run_id }) => run_id === run) ?? [] };
      }
      case 'POST model-versions/create': {
        const versions = this.#known(this.models, fields.name);
        const { source, run_id, tags } = fields;
        versions.push({ version: String(versions.length + 1), source, run_id, tags });
        return { model_version: versions.at(-1) };
      }
      case 'POST registered-models/alias':
        this.aliases.set(`${fields.name}@${fields.alias}`, fields.version);
        return {};
      default:
        throw new Refusal(404, '', `no endpoint ${name}`);
    }
  }

  #known<T>(map: ReadonlyMap<string, T>, key: string): T {
    const found = map.get(key);
    if (found === undefined) throw new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', `there is no ${key}`);
    return found;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  } catch {
    return null;
  }
}

function pairs(list: readonly Pair[] = []): Map<string, string> {
  return new Map(list.map(({ key, value }) => [key, value]));
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
