import { access } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';

import { type DownloadOptions, downloadSnapshot, isHubReference } from '@rsim/hub';
import { MODEL_FILES } from '@rsim/lm';

import { embeddedModelPath } from './embedded-model.js';

/** Where a model with safetensors lies. */
export interface ModelFolder {
  readonly path: string;
  /** Whether it has the manifest of an embedded model, and not only what the hub's models have. */
  readonly isEmbedded: boolean;
}

/**
 * The folder of a shipped model, by its name, of any other, by its path (one that begins with `.` or `/`), or of one of the hub
 * (`hf://organisation/name[@revision]`), which is downloaded.
 * @param directory where relative paths start
 * @throws WeightsError when no shipped model has that name
 * @throws HubError when a download fails
 */
export async function modelFolder(
  name: string,
  directory: string,
  download: DownloadOptions = {},
): Promise<ModelFolder> {
  if (isHubReference(name)) {
    return { path: await downloadSnapshot(name, ['*.j*n*', '*.safetensors'], download), isEmbedded: false };
  }
  const isPath = isAbsolute(name) || name.startsWith('.');
  const path = isPath ? resolve(directory, name) : await embeddedModelPath(name);
  const isEmbedded = await access(join(path, MODEL_FILES.manifest)).then(
    () => true,
    () => false,
  );
  return { path, isEmbedded };
}
