import type { RunFacts } from '../run-facts.js';
import { describeRun, tagsOf } from './describe-run.js';
import type { MlflowClient, Pair, RunInfo } from './mlflow-client.js';
import { MlflowFailure } from './mlflow-failure.js';
import type { MlflowOptions, MlflowTarget } from './mlflow-options.js';
import { newRunState, type MlflowRunState, type MlflowStateFile } from './mlflow-state.js';
import type { ServerRun } from './nested-runs.js';

/** Tags by which runs are found again when the answer to their creation was lost. */
const ownTag = 'rsim.run';
const groupTag = 'rsim.group';

export interface ServerRunsOptions {
  readonly client: MlflowClient;
  readonly options: MlflowOptions;
  readonly target: MlflowTarget;
  readonly file: MlflowStateFile;
  readonly warn: (message: string) => void;
}

/** Finds or makes the runs on the server, each once. */
export class ServerRuns {
  constructor(private readonly given: ServerRunsOptions) {}

  /** The run's place on the server, with its parameters and tags. @throws MlflowFailure */
  async open(run: ServerRun, facts: RunFacts): Promise<MlflowRunState> {
    const { file } = this.given;
    let own = file.state.runs[run.key];
    if (own === undefined) {
      own = newRunState((await this.#place(run, facts)).run_id);
      file.state.runs[run.key] = own;
      await file.save();
    }
    if (!own.described) {
      if (run.key === '') await this.#describe(own.runId, facts);
      own.described = true;
      await file.save();
    }
    return own;
  }

  async #place(run: ServerRun, facts: RunFacts): Promise<RunInfo> {
    const { client, file, options, target } = this.given;
    const isWhole = run.key === '';
    const own = { key: ownTag, value: isWhole ? file.state.id : `${file.state.id}/${run.key}` };
    const further = { ...run.tags, ...(isWhole ? options.tags : {}), [own.key]: own.value };
    if (isWhole && target.runId !== null) return this.#given(target.runId, tagsOf(facts, further));
    const experimentId = await this.#experiment();
    const found = await client.runByTag(experimentId, own);
    if (found !== null) return found;
    const parent = isWhole ? await this.#group(experimentId, facts.startTime) : (file.state.runs['']?.runId ?? null);
    const tags = tagsOf(facts, { ...further, ...(parent === null ? {} : { 'mlflow.parentRunId': parent }) });
    return client.createRun(experimentId, run.title, facts.startTime, tags);
  }

  /** A run that was made beforehand, with the tags of this one. */
  async #given(runId: string, tags: readonly Pair[]): Promise<RunInfo> {
    const { client, file } = this.given;
    const info = await client.run(runId);
    if (info === null) {
      throw new MlflowFailure(`MLFLOW_RUN_ID names the run ${runId}, which is not on ${client.server.uri}`, 'missing');
    }
    file.state.experimentId = info.experiment_id;
    await client.logPairs(runId, { tags });
    return info;
  }

  async #experiment(): Promise<string> {
    const { client, file, target } = this.given;
    file.state.experimentId ??= await client.experiment(target.experiment);
    return file.state.experimentId;
  }

  /** The parent that runs of one group share. Two that make it at the same moment agree on the older one. */
  async #group(experimentId: string, startTime: number): Promise<string | null> {
    const { client, options } = this.given;
    if (options.group === undefined) return null;
    const tag = { key: groupTag, value: options.group };
    const found = await client.runByTag(experimentId, tag);
    if (found !== null) return found.run_id;
    const made = await client.createRun(experimentId, options.group, startTime, [tag]);
    await client.updateRun(made.run_id, 'FINISHED');
    const oldest = (await client.runByTag(experimentId, tag)) ?? made;
    if (oldest.run_id !== made.run_id) await client.deleteRun(made.run_id);
    return oldest.run_id;
  }

  /** A server that will not take the parameters gets the numbers all the same. */
  async #describe(runId: string, facts: RunFacts): Promise<void> {
    try {
      await describeRun(this.given.client, runId, facts);
    } catch (thrown) {
      if (!(thrown instanceof MlflowFailure) || thrown.kind !== 'rejected') throw thrown;
      this.given.warn(`the configuration was not taken: ${thrown.message}`);
    }
  }
}
