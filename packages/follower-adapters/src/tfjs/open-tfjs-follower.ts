import { access } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';

import { Random, type StrategySet } from '@rsim/core';
import { downloadSnapshot, isHubReference } from '@rsim/hub';
import {
  type DecoderConfig,
  type LoraAdapter,
  MODEL_FILES,
  readPeftFolder,
  readPublishedModel,
  startLora,
} from '@rsim/lm';

import { loadEmbeddedModel } from '../embedded/embedded-model.js';
import { PublishedRollouts } from './published-rollouts.js';
import { TfjsFollower } from './tfjs-follower.js';
import type { LoraChoice, TfjsOptions } from './tfjs-options.js';

export interface TfjsContext {
  /** Of what is drawn for fresh adapters. */
  readonly seed: number;
  readonly strategySet: StrategySet;
  /** Where relative paths start. */
  readonly configDirectory: string;
}

/**
 * Opens an embedded model, or a published checkpoint: a folder without the manifest of the former, or one of the hub.
 * @throws WeightsError when the model, the adapter or its options are not usable
 * @throws HubError when a download fails
 */
export async function openTfjsFollower(options: TfjsOptions, context: TfjsContext): Promise<TfjsFollower> {
  const { model: name, workers, lora, learnerThread } = options;
  const adapterFor = (config: DecoderConfig) => (lora ? openAdapter(lora, config, context) : null);
  const folder = await publishedFolder(name, context.configDirectory);
  if (folder === null) {
    const model = await loadEmbeddedModel(name.startsWith('.') ? resolve(context.configDirectory, name) : name);
    return TfjsFollower.create(model, { workers, learnerThread, adapter: await adapterFor(model.config) });
  }
  const model = await readPublishedModel(folder);
  const adapter = await adapterFor(model.config);
  const rollouts = await PublishedRollouts.create(model, folder, options, context.strategySet);
  return TfjsFollower.over(model, rollouts, { adapter, learnerThread });
}

async function publishedFolder(name: string, directory: string): Promise<string | null> {
  if (isHubReference(name)) return downloadSnapshot(name, ['*.j*n*', '*.safetensors']);
  if (!isAbsolute(name) && !name.startsWith('.')) return null;
  const folder = resolve(directory, name);
  const isEmbedded = await access(join(folder, MODEL_FILES.manifest)).then(
    () => true,
    () => false,
  );
  return isEmbedded ? null : folder;
}

async function openAdapter(
  { adapter, ...options }: LoraChoice,
  config: DecoderConfig,
  { seed, configDirectory }: TfjsContext,
): Promise<LoraAdapter> {
  if (adapter !== undefined) return readPeftFolder(resolve(configDirectory, adapter), config);
  return startLora(config, options, Random.of(seed, 'lora'));
}
