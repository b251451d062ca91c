import { Random, type Strategy } from '@rsim/core';
import { buildTokenizerJson, type DecoderConfig, initializeDecoderWeights, Tokenizer } from '@rsim/lm';

import type { EmbeddedModel } from './embedded-model.js';

/** A tiny model of random weights; the embeddings are large, so that its distributions are far from flat. */
export function randomModel(seed: number, changes: Partial<DecoderConfig> = {}): EmbeddedModel {
  const tokenizer = new Tokenizer(buildTokenizerJson(['Tom', ' has', ' apples', 'answer', ' wrong', ' ok']));
  const config: DecoderConfig = {
    vocabularySize: tokenizer.vocabularySize,
    hiddenSize: 16,
    intermediateSize: 24,
    layers: 2,
    heads: 2,
    maxPositions: 160,
    rmsNormEpsilon: 1e-5,
    ropeTheta: 10_000,
    ...changes,
  };
  const random = Random.of(seed, 'weights');
  const weights = new Map(
    [...initializeDecoderWeights(config, random)].map(([name, { shape, data }]) => {
      const factor = name.includes('norm') ? 1 : name.includes('embed') ? 25 : 15;
      return [name, { shape, data: data.map((value) => value * factor) }];
    }),
  );
  return { name: `random-${seed}`, parameters: 1, config, weights, tokenizer };
}

/** A strategy as the embedded followers know it. */
export function strategy(id: string): Strategy {
  return { id, title: id, prompt: `Do ${id}.`, terminal: id === 'termination' };
}
