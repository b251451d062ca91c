import type { MlflowClient, RunInfo } from './mlflow-client.js';
import type { MlflowStateFile } from './mlflow-state.js';

/** Tag of a version: SHA-256 over the planner's files. */
const digestTag = 'rsim.planner.digest';

export interface Registration {
  readonly client: MlflowClient;
  readonly file: MlflowStateFile;
  /** Name of the registered model. */
  readonly name: string;
  readonly alias: string;
}

/**
 * Registers the planner among the run's artifacts as a version of a model and gives it its alias, both once: a later
 * synchronisation of an older run does not take the alias from a newer one.
 *
 * @throws MlflowFailure
 */
export async function registerPlanner(registration: Registration, info: RunInfo, digest: string): Promise<void> {
  const { alias, client, file, name } = registration;
  let { model } = file.state;
  if (model?.digest !== digest) {
    model = { digest, version: await versionOf(registration, info, digest), aliased: false };
    file.state.model = model;
    await file.save();
  }
  if (model.aliased) return;
  await client.setAlias(name, alias, model.version);
  model.aliased = true;
  await file.save();
}

async function versionOf({ client, name }: Registration, info: RunInfo, digest: string): Promise<string> {
  await client.registeredModel(name);
  const versions = await client.modelVersions(name, info.run_id);
  // The answer to its creation may have been lost.
  const there = versions.find(({ tags }) => tags.some(({ key, value }) => key === digestTag && value === digest));
  if (there !== undefined) return there.version;
  const source = `${info.artifact_uri.replace(/\/+$/, '')}/planner`;
  const made = await client.createModelVersion(name, source, info.run_id, [{ key: digestTag, value: digest }]);
  return made.version;
}
