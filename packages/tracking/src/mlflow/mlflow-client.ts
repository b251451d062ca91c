import { z } from 'zod';
import type { MetricPoint } from '../metric-points.js';
import { MlflowFailure } from './mlflow-failure.js';
import type { MlflowServer } from './mlflow-server.js';

export interface Pair {
  readonly key: string;
  readonly value: string;
}

/** A data set that a run used, as `runs/log-inputs` takes it. */
export interface DatasetInput {
  readonly name: string;
  /** At most 36 characters. */
  readonly digest: string;
  /** JSON text that says where the data come from. */
  readonly source: string;
  /** What it was used for, e.g. `training`. */
  readonly context: string;
}

const nothing = z.looseObject({});
const runInfo = z.looseObject({
  run_id: z.string(),
  experiment_id: z.string(),
  lifecycle_stage: z.string().default('active'),
  artifact_uri: z.string().default(''),
});
const run = z.looseObject({ info: runInfo });
const experiment = z.looseObject({ experiment_id: z.string(), lifecycle_stage: z.string().default('active') });
const history = z.object({
  metrics: z.array(z.looseObject({ step: z.coerce.number().default(0) })).default([]),
  next_page_token: z.string().optional(),
});
const modelVersion = z.looseObject({
  version: z.coerce.string(),
  tags: z.array(z.object({ key: z.string(), value: z.string().default('') })).default([]),
});

export type RunInfo = z.output<typeof runInfo>;
export type ModelVersion = z.output<typeof modelVersion>;

/** What the server takes in one `log-batch`. */
export const batchLimits = { metrics: 1000, pairs: 100 } as const;

/** The part of MLflow's REST API that a run needs. Every method throws MlflowFailure. */
export class MlflowClient {
  constructor(readonly server: MlflowServer) {}

  /** The experiment of that name, made where there is none. @returns its id. */
  async experiment(name: string): Promise<string> {
    const found = await this.#experimentByName(name);
    if (found !== null) return found;
    const made = z.object({ experiment_id: z.string() });
    try {
      return (await this.server.call('POST', 'experiments/create', { name }, made)).experiment_id;
    } catch (thrown) {
      // Somebody else made it meanwhile, or the answer to this very request was lost before.
      if (!(thrown instanceof MlflowFailure) || thrown.kind !== 'rejected') throw thrown;
      const there = await this.#experimentByName(name);
      if (there === null) throw thrown;
      return there;
    }
  }

  async #experimentByName(name: string): Promise<string | null> {
    const query = { experiment_name: name };
    const found = await orNull(
      this.server.call('GET', 'experiments/get-by-name', query, z.object({ experiment })),
      'RESOURCE_DOES_NOT_EXIST',
    );
    if (found?.experiment.lifecycle_stage === 'deleted') {
      throw new MlflowFailure(`the experiment "${name}" was deleted on ${this.server.uri}`, 'rejected');
    }
    return found?.experiment.experiment_id ?? null;
  }

  /** The oldest run of the experiment that has this tag, `null` where none has. Deleted ones do not count. */
  async runByTag(experimentId: string, { key, value }: Pair): Promise<RunInfo | null> {
    const { runs } = await this.server.call(
      'POST',
      'runs/search',
      {
        experiment_ids: [experimentId],
        filter: `tags.\`${key}\` = '${value.replaceAll("'", "''")}'`,
        ...{ run_view_type: 'ACTIVE_ONLY', max_results: 1, order_by: ['attributes.start_time ASC'] },
      },
      z.object({ runs: z.array(run).default([]) }),
    );
    return runs[0]?.info ?? null;
  }

  async createRun(experimentId: string, name: string, startTime: number, tags: readonly Pair[]): Promise<RunInfo> {
    const fields = { experiment_id: experimentId, run_name: name, start_time: startTime, tags };
    return (await this.server.call('POST', 'runs/create', fields, z.object({ run }))).run.info;
  }

  /** The run, or `null` where the server has none of that id. */
  async run(runId: string): Promise<RunInfo | null> {
    const found = this.server.call('GET', 'runs/get', { run_id: runId }, z.object({ run }));
    return (await orNull(found, 'RESOURCE_DOES_NOT_EXIST'))?.run.info ?? null;
  }

  async updateRun(runId: string, status: string, endTime?: number): Promise<void> {
    await this.server.call('POST', 'runs/update', { run_id: runId, status, end_time: endTime }, nothing);
  }

  async deleteRun(runId: string): Promise<void> {
    await this.server.call('POST', 'runs/delete', { run_id: runId }, nothing);
  }

  /** At most `batchLimits.metrics` points, all of them or, when the server rejects one, none. */
  async logMetrics(runId: string, points: readonly MetricPoint[]): Promise<void> {
    const metrics = points.map(({ name, value, step, time }) => ({ key: name, value, step, timestamp: time }));
    await this.server.call('POST', 'runs/log-batch', { run_id: runId, metrics }, nothing);
  }

  /** At most `batchLimits.pairs` of each. */
  async logPairs(
    runId: string,
    pairs: { readonly params?: readonly Pair[]; readonly tags?: readonly Pair[] },
  ): Promise<void> {
    await this.server.call('POST', 'runs/log-batch', { run_id: runId, ...pairs }, nothing);
  }

  /** Steps at which a run has a value of a metric, as often as it has one. */
  async stepsOf(runId: string, metric: string): Promise<number[]> {
    const steps: number[] = [];
    let token: string | undefined;
    do {
      const query = { run_id: runId, metric_key: metric, max_results: 10_000, page_token: token };
      const page = await this.server.call('GET', 'metrics/get-history', query, history);
      steps.push(...page.metrics.map(({ step }) => step));
      token = page.next_page_token === '' ? undefined : page.next_page_token;
    } while (token !== undefined);
    return steps;
  }

  async logInputs(runId: string, inputs: readonly DatasetInput[]): Promise<void> {
    const datasets = inputs.map(({ context, ...dataset }) => ({
      dataset: { ...dataset, source_type: 'rsim' },
      tags: [{ key: 'mlflow.data.context', value: context }],
    }));
    await this.server.call('POST', 'runs/log-inputs', { run_id: runId, datasets }, nothing);
  }

  /** Makes the registered model unless it is there. */
  async registeredModel(name: string): Promise<void> {
    await orNull(this.server.call('POST', 'registered-models/create', { name }, nothing), 'RESOURCE_ALREADY_EXISTS');
  }

  async modelVersions(name: string, runId: string): Promise<ModelVersion[]> {
    const query = { filter: `name = '${name.replaceAll("'", "''")}' and run_id = '${runId}'` };
    const answer = z.object({ model_versions: z.array(modelVersion).default([]) });
    return (await this.server.call('GET', 'model-versions/search', query, answer)).model_versions;
  }

  async createModelVersion(name: string, source: string, runId: string, tags: readonly Pair[]): Promise<ModelVersion> {
    const answer = z.object({ model_version: modelVersion });
    const fields = { name, source, run_id: runId, tags };
    return (await this.server.call('POST', 'model-versions/create', fields, answer)).model_version;
  }

  async setAlias(name: string, alias: string, version: string): Promise<void> {
    await this.server.call('POST', 'registered-models/alias', { name, alias, version }, nothing);
  }
}

/** What is awaited, or `null` when it failed with that error of MLflow's. */
async function orNull<T>(awaited: Promise<T>, errorCode: string): Promise<T | null> {
  try {
    return await awaited;
  } catch (thrown) {
    if (thrown instanceof MlflowFailure && thrown.errorCode === errorCode) return null;
    throw thrown;
  }
}
