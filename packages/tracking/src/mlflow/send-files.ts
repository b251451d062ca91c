import { createHash } from 'node:crypto';
import { readRunFile, tellingFiles, trainedFiles, type Learner, type RunFile } from '../run-files.js';
import type { MlflowClient, RunInfo } from './mlflow-client.js';
import { MlflowFailure } from './mlflow-failure.js';
import type { MlflowStateFile } from './mlflow-state.js';

/** What is larger is not sent: it would have to be in memory whole. */
const largest = 256 * 2 ** 20;

export interface Sending {
  /** The run folder. */
  readonly path: string;
  readonly client: MlflowClient;
  readonly file: MlflowStateFile;
  readonly warn: (message: string) => void;
}

/**
 * Sends the run's files as artifacts, each unless it was sent as it is.
 *
 * @returns SHA-256 over the planner's files as they are on the server; `null` where there is none.
 * @throws MlflowFailure
 */
export async function sendFiles(sending: Sending, info: RunInfo): Promise<string | null> {
  const root = artifactRoot(info);
  if (root === null) {
    sending.warn(
      `the server keeps artifacts at ${info.artifact_uri}, not behind its own address, so no files were sent; ` +
        'start it with --serve-artifacts',
    );
    return null;
  }
  for (const file of tellingFiles(sending.path)) await send(sending, file, `${root}/${file.path}`);
  await sendTrained(sending, 'follower', root);
  return sendTrained(sending, 'planner', root);
}

/** Sends what was trained, into a folder of its own. @returns SHA-256 over its files; `null` where there are none. */
async function sendTrained(sending: Sending, learner: Learner, root: string): Promise<string | null> {
  const files = trainedFiles(sending.path, learner);
  const digest = createHash('sha256');
  for (const file of files) {
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    digest.update(`${name} ${await send(sending, file, `${root}/${learner}/${name}`)}\n`);
  }
  return files.length === 0 ? null : digest.digest('hex');
}

async function send(
  { path, client, file: { state }, ...rest }: Sending,
  file: RunFile,
  place: string,
): Promise<string> {
  if (file.bytes > largest) {
    rest.warn(`${file.path} was not sent: it has ${file.bytes} bytes, more than ${largest}`);
    return '';
  }
  const { content, digest } = readRunFile(path, file);
  if (state.artifacts[file.path] === digest) return digest;
  try {
    await client.server.put(place, content);
    state.artifacts[file.path] = digest;
  } catch (thrown) {
    if (!(thrown instanceof MlflowFailure) || !['rejected', 'missing'].includes(thrown.kind)) throw thrown;
    rest.warn(`${file.path} was not taken: ${thrown.message}`);
  }
  return digest;
}

/** Where a run's artifacts lie below the server's root of artifacts; `null` where it does not serve them itself. */
function artifactRoot({ artifact_uri: uri }: RunInfo): string | null {
  const served = /^mlflow-artifacts:(?:\/\/[^/]*)?\/+(.*)$/.exec(uri);
  return served === null ? null : (served[1] ?? '').replace(/\/+$/, '');
}
