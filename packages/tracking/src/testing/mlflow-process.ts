import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

export interface MlflowProcessOptions {
  /** A Python that has MLflow. */
  readonly python: string;
  /** Where database, artifacts and log are kept. */
  readonly folder: string;
  readonly port: number;
  /** With user accounts: the file that MLFLOW_AUTH_CONFIG_PATH is to name. */
  readonly accounts?: string;
}

const startSeconds = 180;

/** A real `mlflow server` over SQLite that can be killed with all its processes. */
export class MlflowProcess implements AsyncDisposable {
  private constructor(
    private readonly child: ChildProcess,
    private readonly ended: Promise<void>,
    readonly uri: string,
  ) {}

  /** Starts it and waits until it answers. */
  static async start({ python, folder, port, accounts }: MlflowProcessOptions): Promise<MlflowProcess> {
    const stores = [
      '--backend-store-uri',
      `sqlite:///${folder}/mlflow.db`,
      '--artifacts-destination',
      `${folder}/files`,
    ];
    const words = ['server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1', ...stores];
    const env = {
      ...process.env,
      // Neither a second program that runs jobs nor news of its use.
      ...{ MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false', MLFLOW_DISABLE_TELEMETRY: 'true', DO_NOT_TRACK: 'true' },
      ...(accounts === undefined ? {} : { MLFLOW_AUTH_CONFIG_PATH: accounts, MLFLOW_FLASK_SERVER_SECRET_KEY: 'test' }),
    };
    const app = accounts === undefined ? [] : ['--app-name', 'basic-auth'];
    const log = join(folder, 'server.log');
    const child = spawn(python, ['-m', 'mlflow', ...words, ...app], {
      ...{ cwd: folder, env, detached: true },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.pipe(createWriteStream(log, { flags: 'a' }));
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const server = new MlflowProcess(child, ended, `http://127.0.0.1:${port}`);
    if (await server.#answers()) return server;
    await server.kill();
    throw new Error(`mlflow server did not start:\n${readFileSync(log, 'utf8').slice(-2000)}`);
  }

  /** Ends it with SIGKILL, in the middle of whatever it is doing. */
  async kill(): Promise<void> {
    try {
      process.kill(-(this.child.pid as number), 'SIGKILL');
    } catch {
      // Gone already.
    }
    await this.ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  async #answers(): Promise<boolean> {
    const deadline = Date.now() + startSeconds * 1000;
    while (Date.now() < deadline && this.child.exitCode === null) {
      const isReady = await fetch(`${this.uri}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady) return true;
      await setTimeout(100);
    }
    return false;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
