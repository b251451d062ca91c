import { readdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { WeightsError } from '@rsim/core';
import { isHubReference } from '@rsim/hub';
import { type DecoderModel, readModelFolder, readModelManifest } from '@rsim/lm';

export type EmbeddedModel = DecoderModel;

/** A model that is shipped with this package. */
export interface EmbeddedModelEntry {
  readonly name: string;
  readonly parameters: number;
  /** Its folder. */
  readonly path: string;
  /** Checksum of its weights, hexadecimal. */
  readonly sha256: string;
}

const MODELS_FOLDER = fileURLToPath(new URL('../../models', import.meta.url));

/**
 * The shipped models, smallest first.
 * @throws WeightsError when a model's manifest cannot be read
 */
export async function embeddedModels(): Promise<EmbeddedModelEntry[]> {
  const folders = await readdir(MODELS_FOLDER, { withFileTypes: true });
  const entries = await Promise.all(
    folders
      .filter((folder) => folder.isDirectory())
      .map(async (folder) => {
        const path = join(MODELS_FOLDER, folder.name);
        const { name, parameters, sha256 } = await readModelManifest(path);
        return { name, parameters, path, sha256: sha256['model.safetensors'] ?? '' };
      }),
  );
  return entries.sort((left, right) => left.parameters - right.parameters);
}

/**
 * Loads a shipped model by its name, or any model by the path of its folder (one that begins with `.` or `/`), after
 * checking its files.
 * @throws WeightsError when there is no such model, or a file is missing or not as it was made
 */
export async function loadEmbeddedModel(nameOrPath: string): Promise<EmbeddedModel> {
  if (isHubReference(nameOrPath)) {
    throw new WeightsError(`The follower \`embedded\` opens no models of the hub, such as ${nameOrPath}.`, {
      code: 'model-unknown',
      remedy: 'Use the follower `onnx` or `tfjs` for it, or a shipped model.',
    });
  }
  const isPath = isAbsolute(nameOrPath) || nameOrPath.startsWith('.');
  return readModelFolder(isPath ? nameOrPath : await embeddedModelPath(nameOrPath));
}

/**
 * The folder of a shipped model.
 * @throws WeightsError when there is no such model
 */
export async function embeddedModelPath(wanted: string): Promise<string> {
  const models = await embeddedModels();
  const model = models.find(({ name }) => name === wanted);
  if (model) return model.path;
  throw new WeightsError(`There is no embedded model "${wanted}".`, {
    code: 'model-unknown',
    remedy: `Use one of ${models.map(({ name }) => name).join(', ')}, or the path of a model's folder, such as ./my-model.`,
  });
}
