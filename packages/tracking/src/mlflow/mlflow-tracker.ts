import { messageOf, type SyncReport, type TrackedRun, type Tracker, type TrackerSession } from '@rsim/core';
import type { Backoff } from '../backoff.js';
import { RunFolder } from '../run-folder.js';
import { MlflowClient } from './mlflow-client.js';
import { mlflowTarget, type MlflowOptions, type MlflowTarget } from './mlflow-options.js';
import { MlflowRun } from './mlflow-run.js';
import { MlflowServer } from './mlflow-server.js';
import { MlflowSession } from './mlflow-session.js';
import { MlflowStateFile } from './mlflow-state.js';

const defaultBackoff: Backoff = { first: 0.5, most: 30 };

/** Sends runs to an MLflow tracking server over its REST API, 2.x and 3.x alike. */
export class MlflowTracker implements Tracker {
  readonly name = 'mlflow';
  readonly #target: MlflowTarget;

  /** @throws ConfigError when the options or the environment's variables do not name a server. */
  constructor(
    private readonly options: MlflowOptions,
    environment: Readonly<Record<string, string | undefined>> = process.env,
    private readonly backoff = defaultBackoff,
  ) {
    this.#target = mlflowTarget(options, environment);
  }

  follow(followed: TrackedRun): TrackerSession {
    const warn = onlyOnce(followed.warn);
    try {
      const { run, server } = this.#open(followed.path, warn);
      const abort = new AbortController();
      server.signal = abort.signal;
      const { everySeconds: every, flushSeconds: flush } = this.options;
      return new MlflowSession({ run, abort, warn, every, flush, backoff: this.backoff });
    } catch (thrown) {
      const problem = messageOf(thrown);
      return { record: () => undefined, close: async () => problem };
    }
  }

  async sync({ path, warn }: TrackedRun, signal: AbortSignal): Promise<SyncReport> {
    const { run, file, server } = this.#open(path, onlyOnce(warn));
    server.signal = signal;
    await run.complete(RunFolder.isFinished(path) ? 'finished' : (file.state.ending ?? 'stopped'));
    return { destination: run.page, sent: run.sent, refused: file.state.refused };
  }

  #open(path: string, warn: (message: string) => void) {
    const { access, experiment } = this.#target;
    const server = new MlflowServer(access);
    const file = MlflowStateFile.open(path, access.uri, experiment);
    const client = new MlflowClient(server);
    const run = new MlflowRun({ path, client, file, warn, options: this.options, target: this.#target });
    return { run, file, server };
  }
}

/** A server that is down for an hour is worth one line. */
function onlyOnce(warn: (message: string) => void): (message: string) => void {
  const said = new Set<string>();
  return (message) => {
    if (said.has(message) || said.size >= mostWarnings) return;
    said.add(message);
    warn(`mlflow: ${message}`);
  };
}

const mostWarnings = 20;
