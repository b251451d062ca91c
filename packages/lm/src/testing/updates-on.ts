import { type FollowerBatch, Random } from '@rsim/core';
import * as tf from '@tensorflow/tfjs-core';

import type { BackendChoice } from '../backends/index.js';
import { releaseUnusedBuffers } from '../backends/unused-buffers.js';
import { initializeDecoderWeights } from '../decoder-weights.js';
import { startLora } from '../lora/lora-adapter.js';
import { DecoderPolicy } from '../training/decoder-policy.js';
import { smallDecoder } from './small-decoder.js';

/** A driver in software takes its time for each layer. */
const config = { ...smallDecoder, layers: 1 };

/** What a follower's updates came to. */
export interface MadeUpdates {
  /** Of the backend that they were made on. */
  readonly backend: string;
  /** That it still kept on a graphics processor in the end; none of other backends. */
  readonly keptBytes: number | undefined;
  readonly losses: readonly number[];
  readonly gradientNorms: readonly number[];
  /** All that was learned, in the order of the names. */
  readonly weights: readonly number[];
}

/** A follower's updates on a backend, always the same ones: of all weights, or of an adapter. */
export async function updatesOn(
  backend: BackendChoice,
  learned: 'weights' | 'adapter',
  steps: number,
): Promise<MadeUpdates> {
  const random = Random.of(7);
  const weights = initializeDecoderWeights(config, random);
  const lora = { rank: 2, alpha: 4, targets: ['q_proj', 'down_proj'] };
  const adapter = learned === 'adapter' ? startLora(config, lora, random) : null;
  const policy = new DecoderPolicy(config, weights, { adapter, backend });
  const batch = someBatch(random);
  const updates = [];
  for (let step = 0; step < steps; step += 1) {
    updates.push(await policy.update(batch));
    // As after many updates: what comes next must not need what was given back.
    releaseUnusedBuffers(tf.backend(), 0);
  }
  return {
    backend: (await policy.learnsOn()).name,
    keptBytes: (tf.memory() as { numBytesAllocatedInGPU?: number }).numBytesAllocatedInGPU,
    losses: updates.map(({ loss }) => loss),
    gradientNorms: updates.map(({ gradientNorm }) => gradientNorm),
    weights: [...(policy.adapter?.weights ?? policy.weights).values()].flatMap(({ data }) => [...data]),
  };
}

function someBatch(random: Random): FollowerBatch {
  const sequences = Array.from({ length: 2 }, () => {
    const tokens = Array.from({ length: random.integer(4, 16) }, () => random.integer(0, 10));
    const written = tokens.map((_, place) => place > 1);
    return {
      tokens,
      advantages: written.map((isWritten) => (isWritten ? random.next() - 0.5 : 0)),
      oldLogProbabilities: written.map((isWritten) => (isWritten ? -2.4 : null)),
      referenceLogProbabilities: written.map((isWritten) => (isWritten ? -2.3 : null)),
    };
  });
  return { sequences, learningRate: 1e-3, clip: 0.2, klWeight: 0.05, temperature: 0.7 };
}
