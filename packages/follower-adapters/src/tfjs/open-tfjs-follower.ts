import { resolve } from 'node:path';

import { type ProviderContext, Random, type StrategySet } from '@rsim/core';
import {
  adaptedWeights,
  type DecoderConfig,
  decoderWeightShapes,
  type LoraAdapter,
  readDecoderConfig,
  readPeftFolder,
  readPublishedModel,
  startLora,
} from '@rsim/lm';

import { loadEmbeddedModel } from '../embedded/embedded-model.js';
import { modelFolder } from '../embedded/model-folder.js';
import { checkSize, PublishedRollouts } from './published-rollouts.js';
import { TfjsFollower } from './tfjs-follower.js';
import type { LoraChoice, TfjsOptions } from './tfjs-options.js';

export interface TfjsContext {
  /** Of what is drawn for fresh adapters. */
  readonly seed: number;
  readonly strategySet: StrategySet;
  /** Where relative paths start. */
  readonly configDirectory: string;
  readonly onDownload?: ProviderContext['onDownload'];
}

/**
 * Opens an embedded model, or a published checkpoint: a folder without the manifest of the former, or one of the hub.
 * @throws WeightsError when the model, the adapter or its options are not usable
 * @throws HubError when a download fails
 */
export async function openTfjsFollower(options: TfjsOptions, context: TfjsContext): Promise<TfjsFollower> {
  const { model: name, workers, lora, backend, learnerThread } = options;
  const adapterFor = (config: DecoderConfig) => (lora ? openAdapter(lora, config, context) : null);
  const { path: folder, isEmbedded } = await modelFolder(name, context.configDirectory, {
    onProgress: context.onDownload,
  });
  if (isEmbedded) {
    const model = await loadEmbeddedModel(folder);
    const adapter = await adapterFor(model.config);
    return TfjsFollower.create(model, { workers, backend, learnerThread, adapter });
  }
  const config = await readDecoderConfig(folder);
  const adapter = await adapterFor(config);
  const shapes = decoderWeightShapes(config);
  const learned = adapter ? adaptedWeights(shapes, adapter) : new Set(shapes.keys());
  // Before the weights, which such a model may have more of than memory holds.
  checkSize(folder, config, learned);
  const model = await readPublishedModel(folder);
  const rollouts = await PublishedRollouts.create(model, folder, options, context.strategySet, learned);
  return TfjsFollower.over(model, rollouts, { adapter, backend, learnerThread });
}

async function openAdapter(
  { adapter, ...options }: LoraChoice,
  config: DecoderConfig,
  { seed, configDirectory }: TfjsContext,
): Promise<LoraAdapter> {
  if (adapter !== undefined) return readPeftFolder(resolve(configDirectory, adapter), config);
  return startLora(config, options, Random.of(seed, 'lora'));
}
