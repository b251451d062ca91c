import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@rsim/core';
import { loadEmbeddedModel, modelFolder } from '@rsim/follower-adapters';
import { initializeDecoderWeights, type DecoderConfig, type TokenizerJson } from '@rsim/lm';
import { writeModelFolder } from '@rsim/lm/training';

/**
 * Writes a model with random weights and the shipped vocabulary, called "tiny", as a folder.
 * @param changes what of its sizes is to be other
 */
export async function writeTinyModel(path: string, changes: Partial<DecoderConfig> = {}): Promise<void> {
  const nano = await loadEmbeddedModel('nano');
  const config = { ...nano.config, hiddenSize: 16, intermediateSize: 24, layers: 1, heads: 2, ...changes };
  const weights = initializeDecoderWeights(config, Random.of(3));
  const shipped = (await modelFolder('nano', '.')).path;
  const tokenizer = JSON.parse(readFileSync(join(shipped, 'tokenizer.json'), 'utf8')) as TokenizerJson;
  await writeModelFolder(path, { name: 'tiny', config, weights, tokenizer, card: '' });
}
