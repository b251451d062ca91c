import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEnding } from '@rsim/core';
import { nextMetrics } from '../metric-batch.js';
import type { MetricPoint } from '../metric-points.js';
import { readRunResults, type RunResults } from '../results-points.js';
import { runFacts, type RunFacts } from '../run-facts.js';
import { deliverPoints } from './deliver-points.js';
import { batchLimits } from './mlflow-client.js';
import { MlflowFailure } from './mlflow-failure.js';
import { mlflowKey } from './mlflow-key.js';
import type { MlflowRunState } from './mlflow-state.js';
import { nestedRuns, wholeRun, type ServerRun } from './nested-runs.js';
import { registerPlanner } from './register-planner.js';
import { sendFiles } from './send-files.js';
import { ServerRuns, type ServerRunsOptions } from './server-runs.js';

export interface MlflowRunOptions extends ServerRunsOptions {
  /** The run folder. */
  readonly path: string;
}

const statuses: Readonly<Record<RunEnding, string>> = { finished: 'FINISHED', stopped: 'KILLED', failed: 'FAILED' };

/**
 * Brings a run on the server up to its folder. What arrived is noted in the state file before anything that follows from
 * it, so that it may stop anywhere, be killed, and go on.
 */
export class MlflowRun {
  /** Metric points sent by this object. */
  sent = 0;
  readonly #serverRuns: ServerRuns;
  #facts: RunFacts | null = null;

  constructor(private readonly given: MlflowRunOptions) {
    this.#serverRuns = new ServerRuns(given);
  }

  /** Address of the run's page; of the server's before the run is there. */
  get page(): string {
    const { client, file } = this.given;
    const { experimentId, runs } = file.state;
    const own = runs['']?.runId;
    return own === undefined ? client.server.uri : `${client.server.uri}/#/experiments/${experimentId}/runs/${own}`;
  }

  /** Sends what the journal has that was not sent. @throws MlflowFailure; calling again goes on. */
  async catchUp(): Promise<void> {
    await this.#anewWhereGone(async () => {
      const { suites } = this.#readFacts();
      for (const run of [this.#whole(), ...nestedRuns(suites, null)]) await this.#sendJournal(run);
    });
  }

  /** Sends everything there is, and how the run ended. @throws MlflowFailure; calling again goes on. */
  async complete(ending: RunEnding): Promise<void> {
    await this.noteEnding(ending);
    await this.catchUp();
    const { client, file, options, path } = this.given;
    const { suites } = this.#readFacts();
    const results = readRunResults(path);
    const runs = [this.#whole(), ...nestedRuns(suites, results)];
    if (results !== null) for (const run of runs) await this.#sendResults(run, results);
    if (options.artifacts) await this.#sendFiles();
    const { mtimeMs: end } = statSync(join(path, 'journal.jsonl'));
    for (const run of runs) {
      const { runId } = await this.#open(run);
      await client.updateRun(runId, statuses[ending], Math.round(end));
    }
    await file.save();
  }

  /** Says on the server that the run goes on. @throws MlflowFailure */
  async reopen(): Promise<void> {
    const { client, file } = this.given;
    await this.noteEnding(null);
    await this.#anewWhereGone(async () => {
      for (const { runId } of Object.values(file.state.runs)) await client.updateRun(runId, 'RUNNING');
    });
  }

  /** Notes how the run ended, for a later synchronisation. @throws TrackerError when it cannot be written. */
  async noteEnding(ending: RunEnding | null): Promise<void> {
    this.given.file.state.ending = ending;
    await this.given.file.save();
  }

  async #sendJournal(run: ServerRun): Promise<void> {
    if (run.see === null) return;
    const own = await this.#open(run);
    for (;;) {
      const batch = await nextMetrics(this.given.path, own, batchLimits.metrics, run.see);
      if (batch === null) return;
      await this.#deliver(own.runId, batch.points, own.inDoubt, () => (own.inDoubt = true));
      Object.assign(own, { cursor: batch.cursor, steps: batch.steps, inDoubt: false });
      if (batch.points.length > 0) await this.given.file.save();
    }
  }

  async #sendResults(run: ServerRun, results: RunResults): Promise<void> {
    const own = await this.#open(run);
    const before = own.results;
    const isSame = before?.digest === results.digest;
    if (before !== null && isSame && before.arrived) return;
    const step = before === null ? 0 : before.step + (isSame ? 0 : 1);
    const sending = { digest: results.digest, step, arrived: false };
    await this.#deliver(own.runId, run.results(results, step), isSame, () => (own.results = sending));
    own.results = { ...sending, arrived: true };
    await this.given.file.save();
  }

  /** @param doubt Notes that the points may be on the server from now on. */
  async #deliver(runId: string, points: readonly MetricPoint[], inDoubt: boolean, doubt: () => void): Promise<void> {
    if (points.length === 0) return;
    const { client, file, warn } = this.given;
    doubt();
    await file.save();
    const named = points.map((point) => ({ ...point, name: mlflowKey(point.name) }));
    const { refused, sent } = await deliverPoints(client, runId, named, inDoubt);
    this.sent += sent;
    file.state.refused += refused.length;
    for (const { point, reason } of refused) {
      warn(`the server refuses ${point.name} at step ${point.step}, which stays in the journal alone: ${reason}`);
    }
  }

  async #sendFiles(): Promise<void> {
    const { client, file, options } = this.given;
    const { runId } = await this.#open(this.#whole());
    const info = await client.run(runId);
    if (info === null) return;
    const planner = await sendFiles(this.given, info);
    if (planner === null || options.registerAs === undefined) return;
    await registerPlanner({ client, file, name: options.registerAs, alias: options.alias }, info, planner);
  }

  #open(run: ServerRun): Promise<MlflowRunState> {
    return this.#serverRuns.open(run, this.#readFacts());
  }

  #whole(): ServerRun {
    return wholeRun(this.given.options.runName ?? this.#readFacts().name);
  }

  #readFacts(): RunFacts {
    return (this.#facts ??= runFacts(this.given.path));
  }

  /** A server that lost its runs, as one with another database, gets everything again. */
  async #anewWhereGone(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      if (!(thrown instanceof MlflowFailure) || thrown.errorCode !== 'RESOURCE_DOES_NOT_EXIST') throw thrown;
      const { client, file, warn } = this.given;
      const own = file.state.runs[''];
      if (own !== undefined && (await client.run(own.runId)) !== null) throw thrown;
      warn(`${client.server.uri} no longer has the run; it is sent anew`);
      await file.startAnew();
      await work();
    }
  }
}
