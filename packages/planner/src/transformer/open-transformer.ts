import { createHash } from 'node:crypto';
import { ConfigError, Random, WeightsError } from '@rsim/core';
import { initializeDecoderWeights, readDecoderConfig, readPublishedModel, startLora } from '@rsim/lm';
import type { DecoderConfig, DecoderWeights } from '@rsim/lm';
import { DecoderText } from './decoder-text.js';
import { startHead } from './linear-head.js';
import { ReadingTokenizer } from './reading-tokenizer.js';
import { TransformerNetwork } from './transformer-network.js';
import type { TransformerOrigin } from './transformer-origin.js';

/** A decoder as it was before it learned. */
interface Decoder {
  readonly config: DecoderConfig;
  readonly weights: DecoderWeights;
  /** SHA-256 of the weights, where they are of a checkpoint. */
  readonly fingerprint?: string;
}

/**
 * Makes a network, untrained.
 *
 * @throws WeightsError when a file of the decoder is missing or not usable, or its tokenizer is another model's.
 * @throws ConfigError when the context asked for is longer than the decoder's, or adapters are to adapt random weights.
 */
export async function openTransformer(origin: TransformerOrigin): Promise<TransformerNetwork> {
  const { folder, lora, actions, value, seed } = origin;
  const { config, weights, fingerprint } = await readDecoder(origin);
  const tokenizer = await ReadingTokenizer.read(folder);
  checkTokenizer(tokenizer, config, folder);
  const text = new DecoderText(tokenizer, contextLengthOf(origin, config));
  const adapter = lora && startLora(config, lora, Random.of(seed, 'planner-lora'));
  const outputs = actions + (value ? 1 : 0);
  // All else that decisions depend on is in the planner's own file.
  const standsOn = JSON.stringify({ config, tokenizer: tokenizer.fingerprint, lora, base: lora && fingerprint });
  return new TransformerNetwork(origin, {
    ...{ config, text, weights, adapter, head: startHead(config.hiddenSize, outputs) },
    facts: { value, fingerprint: `the decoder sha256:${createHash('sha256').update(standsOn).digest('hex')}` },
  });
}

async function readDecoder({ folder, weights: start, lora, seed }: TransformerOrigin): Promise<Decoder> {
  if (start === 'checkpoint') {
    const { config, weights, fingerprint } = await readPublishedModel(folder);
    return { ...withoutHead(config, weights), fingerprint };
  }
  if (lora) {
    throw new ConfigError('planner "transformer": adapters cannot make anything of random weights', {
      remedy: 'Leave out lora, or start from a checkpoint (weights: checkpoint).',
    });
  }
  const config = await readDecoderConfig(folder);
  return withoutHead(config, initializeDecoderWeights(config, Random.of(seed, 'planner-weights')));
}

/** The planner writes no words. */
function withoutHead({ hasOwnHead: _, ...config }: DecoderConfig, weights: DecoderWeights): Decoder {
  return { config, weights: new Map([...weights].filter(([name]) => name !== 'lm_head.weight')) };
}

function checkTokenizer(tokenizer: ReadingTokenizer, { vocabularySize }: DecoderConfig, folder: string): void {
  const refuse = (what: string) =>
    new WeightsError(`The tokenizer in ${folder} ${what}.`, {
      remedy: 'Put config.json and tokenizer.json of the same model into one folder.',
    });
  const { largestId } = tokenizer;
  if (largestId >= vocabularySize) {
    throw refuse(`has ids up to ${largestId} where config.json says that there are ${vocabularySize}`);
  }
  if (tokenizer.encode('\n').length === 0)
    throw refuse('has no token for a line feed, which ends what a planner reads');
}

function contextLengthOf({ contextLength, folder }: TransformerOrigin, { maxPositions }: DecoderConfig): number {
  if (contextLength === null || contextLength <= maxPositions) return contextLength ?? maxPositions;
  throw new ConfigError(`planner "transformer": the model in ${folder} reads ${maxPositions} tokens at most`, {
    remedy: `Set contextLength to ${maxPositions} or less, or leave it out.`,
  });
}
