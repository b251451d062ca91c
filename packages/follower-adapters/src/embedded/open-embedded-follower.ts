import { EmbeddedFollower, type EmbeddedFollowerOptions } from './embedded-follower.js';
import { loadEmbeddedModel } from './embedded-model.js';

/**
 * Loads a model and starts its engines.
 * @param nameOrPath a shipped model's name, or the path of a model's folder
 * @throws WeightsError when the model is unknown or its files are not as they were made
 */
export async function openEmbeddedFollower(
  nameOrPath: string,
  options: EmbeddedFollowerOptions = {},
): Promise<EmbeddedFollower> {
  return EmbeddedFollower.create(await loadEmbeddedModel(nameOrPath), options);
}
