import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { freePort, MlflowProcess } from '../testing/mlflow-process.js';
import { finishRun, journalIteration, smallRun } from '../testing/small-run.js';
import { mlflowOptionsSchema } from './mlflow-options.js';
import { MlflowTracker } from './mlflow-tracker.js';

const restarts = inject('mlflowRestarts');
const reader = fileURLToPath(new URL('../testing/read-mlflow.py', import.meta.url));

interface Found {
  readonly name: string;
  readonly id: string;
  readonly status: string;
  readonly params: Record<string, string>;
  readonly tags: Record<string, string>;
  readonly metrics: Record<string, [step: number, value: number][]>;
  readonly datasets: readonly string[][];
  readonly files: readonly string[];
}

function tracker(options: object, environment: Record<string, string> = {}): MlflowTracker {
  return new MlflowTracker(mlflowOptionsSchema.parse(options), environment, { first: 0.1, most: 0.5 });
}

describe.each(inject('mlflowServers'))('mlflow $version', ({ python }) => {
  let folder: string;
  let port: number;
  let server: MlflowProcess;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rsim-mlflow-'));
    port = await freePort();
    server = await MlflowProcess.start({ python, folder, port });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  /** What MLflow's own client finds. */
  async function found(experiment: string): Promise<{ runs: Found[]; model: Record<string, string> | null }> {
    const env = { ...process.env, MLFLOW_TRACKING_URI: server.uri };
    const { stdout } = await promisify(execFile)(python, [reader, experiment, 'leader'], { env, maxBuffer: 2 ** 28 });
    return JSON.parse(stdout) as { runs: Found[]; model: Record<string, string> | null };
  }

  test('a run is there with all it has, as MLflow’s own client sees it', async () => {
    const path = join(folder, 'seed-7');
    using run = smallRun(path);
    const options = {
      uri: server.uri,
      experiment: 'whole',
      group: 'all seeds',
      registerAs: 'leader',
      everySeconds: 0.1,
    };
    const session = tracker(options).follow({ path, warn: (message) => expect.fail(message) });
    run.onRecord((record) => session.record(record));
    for (const iteration of [1, 2, 3]) journalIteration(run, iteration);
    finishRun(run);
    expect(await session.close('finished')).toBeNull();

    const { model, runs } = await found('whole');
    const named = (name: string) => runs.find((candidate) => candidate.name === name) as Found;
    expect(runs.map(({ name }) => name).sort()).toEqual(
      ['all seeds', 'list-programs', 'seed 1', 'seed 2', 'seed-7', 'word-problems'].sort(),
    );
    const whole = named('seed-7');
    expect(whole.status).toBe('FINISHED');
    expect(whole.metrics['real/accuracy']).toEqual([1, 2, 3].map((step) => [step, step / 1000]));
    expect(whole.metrics['test/nano/planner/word-problems/accuracy']).toEqual([[0, 0.5]]);
    expect(whole.params).toMatchObject({ seed: '7', 'training.unused': '[]' });
    expect(whole.tags).toMatchObject({ 'rsim.version.rsim': '0.1.0', 'mlflow.source.name': 'rsim train' });
    expect(whole.tags['mlflow.parentRunId']).toBe(named('all seeds').id);
    expect(named('list-programs').tags['mlflow.parentRunId']).toBe(whole.id);
    expect(named('list-programs').metrics['real/accuracy']).toHaveLength(3);
    expect(whole.datasets).toHaveLength(4);
    expect(whole.datasets).toContainEqual(['word-problems train', expect.stringMatching(/^\w{32}$/), 'training']);
    expect(whole.files).toEqual(expect.arrayContaining(['config.json', 'journal.jsonl', 'planner/weights.bin']));
    expect(model).toMatchObject({ version: expect.anything(), run: whole.id });
  });

  test('names and values at the limits of what MLflow takes are taken', async () => {
    const path = join(folder, 'odd');
    using run = smallRun(path);
    run.write('config.json', { long: 'x'.repeat(7000), ['k'.repeat(300)]: 1, 'a//b/../c:d%': 'ä' });
    const names = ['n'.repeat(300), 'a//b/../c:d%@', 'ünï cöde', '…', '/'];
    run.journal('iteration', {
      stage: 'real',
      iteration: 1,
      ...Object.fromEntries(names.map((name) => [name, 1e300])),
    });
    const options = { uri: server.uri, experiment: "odd's", artifacts: false };
    const warnings: string[] = [];
    const odd = { path, warn: (message: string) => void warnings.push(message) };
    expect(await tracker(options).sync(odd, AbortSignal.timeout(60_000))).toMatchObject({ sent: 5, refused: 0 });
    expect(warnings).toEqual([]);
    const { runs } = await found("odd's");
    expect(Object.keys(runs[0]?.params ?? {})).toHaveLength(3);
  });

  test('a token is sent where the server asks for one', async () => {
    const guard = createServer((incoming, outgoing) => {
      const { authorization, ...headers } = incoming.headers;
      if (authorization !== 'Bearer good') return void outgoing.writeHead(401).end();
      const { method, url: path } = incoming;
      const inner = request({ port, host: '127.0.0.1', method, path, headers }, (answer) => {
        answer.pipe(outgoing.writeHead(answer.statusCode ?? 500, answer.headers));
      });
      incoming.pipe(inner);
    });
    await new Promise<void>((resolve) => guard.listen(0, '127.0.0.1', resolve));
    const uri = `http://127.0.0.1:${(guard.address() as AddressInfo).port}`;
    const path = join(folder, 'token');
    smallRun(path)[Symbol.dispose]();
    const followed = { path, warn: () => undefined };
    const sync = (token: string) =>
      tracker({ uri }, { MLFLOW_TRACKING_TOKEN: token }).sync(followed, AbortSignal.timeout(60_000));
    await expect(sync('bad')).rejects.toMatchObject({ code: 'mlflow-forbidden' });
    expect(await sync('good')).toMatchObject({ refused: 0 });
    guard.closeAllConnections();
    guard.close();
  });

  test(
    `killed and started again ${restarts} times during a run, the server has every point exactly once`,
    { timeout: 1_200_000 },
    async () => {
      const path = join(folder, 'outage');
      using run = smallRun(path);
      const options = {
        uri: server.uri,
        experiment: 'outage',
        everySeconds: 0.2,
        timeoutSeconds: 5,
        flushSeconds: 120,
      };
      const session = tracker(options).follow({ path, warn: () => undefined });
      run.onRecord((record) => session.record(record));
      let iteration = 0;
      let isOver = false;
      const training = (async () => {
        for (; !isOver; await setTimeout(20)) journalIteration(run, (iteration += 1));
      })();
      for (let restart = 1; restart <= restarts; restart += 1) {
        // At another moment of a delivery each time.
        await setTimeout(1000 + 37 * restart);
        await server.kill();
        server = await MlflowProcess.start({ python, folder, port });
      }
      isOver = true;
      await training;
      finishRun(run);
      expect(await session.close('finished')).toBeNull();

      const all = Array.from({ length: iteration }, (_, index) => index + 1);
      const { runs } = await found('outage');
      expect(runs.map(({ name }) => name).sort()).toEqual(
        ['list-programs', 'outage', 'seed 1', 'seed 2', 'word-problems'].sort(),
      );
      for (const name of ['outage', 'list-programs', 'word-problems']) {
        const { metrics } = runs.find((candidate) => candidate.name === name) as Found;
        expect(metrics['real/accuracy']?.map(([step]) => step)).toEqual(all);
        for (const points of Object.values(metrics)) {
          expect(new Set(points.map(([step]) => step)).size).toBe(points.length);
        }
      }
      const points = runs.reduce((sum, { metrics }) => sum + Object.values(metrics).flat().length, 0);
      console.log(`${iteration} iterations, ${points} points, each once`);
    },
  );

  test('user and password open a server with user accounts', async () => {
    const inside = join(folder, 'accounts');
    mkdirSync(inside);
    const accounts = join(inside, 'accounts.ini');
    const login = ['admin_username = admin', 'admin_password = a-long-password'];
    const authenticate = 'authorization_function = mlflow.server.auth:authenticate_request_basic_auth';
    const settings = [
      'default_permission = READ',
      `database_uri = sqlite:///${inside}/auth.db`,
      ...login,
      authenticate,
    ];
    writeFileSync(accounts, ['[mlflow]', ...settings, ''].join('\n'));
    await using guarded = await MlflowProcess.start({ python, folder: inside, port: await freePort(), accounts });
    const path = join(inside, 'run');
    smallRun(path)[Symbol.dispose]();
    const sync = (environment: Record<string, string>) =>
      tracker({ uri: guarded.uri }, environment).sync({ path, warn: () => undefined }, AbortSignal.timeout(60_000));
    await expect(sync({})).rejects.toMatchObject({ code: 'mlflow-forbidden' });
    const credentials = { MLFLOW_TRACKING_USERNAME: 'admin', MLFLOW_TRACKING_PASSWORD: 'a-long-password' };
    expect(await sync(credentials)).toMatchObject({ refused: 0 });
  });
});
