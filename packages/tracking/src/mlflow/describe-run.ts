import type { RunDataset, RunFacts } from '../run-facts.js';
import { batchLimits, type DatasetInput, type MlflowClient, type Pair } from './mlflow-client.js';
import { mlflowKey } from './mlflow-key.js';

/** Most characters MLflow takes. */
const longest = { parameter: 6000, tag: 5000 } as const;

/** Sends the configuration as parameters and the data sets as inputs; doing it again changes nothing. */
export async function describeRun(client: MlflowClient, runId: string, facts: RunFacts): Promise<void> {
  const params = facts.parameters.map(([name, value]) => ({
    key: mlflowKey(name),
    value: value.slice(0, longest.parameter),
  }));
  for (let start = 0; start < params.length; start += batchLimits.pairs) {
    await client.logPairs(runId, { params: params.slice(start, start + batchLimits.pairs) });
  }
  if (facts.datasets.length > 0) await client.logInputs(runId, facts.datasets.map(inputOf));
}

/** What MLflow's own page shows of a run, besides the tags of rsim. */
export function tagsOf({ tags }: RunFacts, further: Readonly<Record<string, string>>): Pair[] {
  const commit = tags['rsim.commit']?.replace(/-dirty$/, '');
  const all = {
    'mlflow.user': tags['rsim.user'] ?? 'unknown',
    'mlflow.source.name': 'rsim train',
    'mlflow.source.type': 'LOCAL',
    ...(commit === undefined ? {} : { 'mlflow.source.git.commit': commit }),
    ...tags,
    ...further,
  };
  return Object.entries(all).map(([key, value]) => ({ key: mlflowKey(key), value: value.slice(0, longest.tag) }));
}

function inputOf({ suite, split, use, options, digest }: RunDataset): DatasetInput {
  return { name: `${suite} ${split}`, digest, source: JSON.stringify({ suite, split, options }), context: use };
}
