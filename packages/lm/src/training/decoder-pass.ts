import * as tf from '@tensorflow/tfjs-core';

import type { DecoderConfig } from '../decoder-config.js';
import { type DecoderWeights, EMBEDDING_WEIGHT } from '../decoder-weights.js';
import type { LoraAdapter } from '../lora/lora-adapter.js';
import { decoderLogProbabilities, NetworkInputs } from './decoder-network.js';
import { DecoderParameters } from './decoder-parameters.js';
import { addRows } from './embedding-gradient.js';
import { packDocuments } from './packed-documents.js';
import { Tape } from './tape.js';

/** Rows evaluated together: more of them take more memory and are no faster, as what they make falls out of the caches. */
const MOST_ROWS = 256;

/** A decoder, and what of it is evaluated. */
export interface DecoderTask {
  readonly config: DecoderConfig;
  readonly weights: DecoderWeights;
  /** What is added to the weights; then only its own are learned. */
  readonly adapter?: LoraAdapter | null;
  /** Token ids of each document. */
  readonly documents: readonly (readonly number[])[];
  /** What the logits are divided by; 1 by default. */
  readonly temperature?: number;
}

/**
 * Log-probabilities (natural log) of each document's tokens but the first, given those before. On whatever tfjs backend is set, as
 * everything here, with nothing left on it.
 */
export async function evaluateDecoder(task: DecoderTask): Promise<Float32Array[]> {
  const results: Float32Array[] = [];
  using parameters = new DecoderParameters(task.weights, task.adapter);
  for (const pack of packDocuments(task.documents, task.config.maxPositions, MOST_ROWS)) {
    using inputs = new NetworkInputs(pack, task.config, parameters);
    using tape = new Tape();
    const rows = decoderLogProbabilities(tape, task.config, parameters, inputs, task.temperature ?? 1);
    results.push(...split(await rows.data<'float32'>(), pack.lengths));
  }
  return results;
}

/**
 * Gradients, for every weight that is learned, of a loss that depends on the weights through the documents' log-probabilities, by one pass forward and one back.
 * @param slopesOf a document's place and its log-probabilities (of its tokens but the first) to the loss's slopes by them
 */
export async function differentiateDecoder(
  task: DecoderTask,
  slopesOf: (document: number, logProbabilities: Float32Array) => ArrayLike<number>,
): Promise<Map<string, Float32Array>> {
  const { config, weights, adapter, documents, temperature = 1 } = task;
  const learned = [...(adapter?.weights ?? weights).keys()];
  using parameters = new DecoderParameters(weights, adapter);
  const embedding = adapter ? null : new Float32Array(weights.get(EMBEDDING_WEIGHT)?.data.length ?? 0);
  for (const pack of packDocuments(documents, config.maxPositions, MOST_ROWS)) {
    using inputs = new NetworkInputs(pack, config, parameters);
    using tape = new Tape();
    parameters.watch(tape, learned);
    if (embedding) tape.watch(inputs.embedded);
    const rows = decoderLogProbabilities(tape, config, parameters, inputs, temperature);
    const slopes = new Float32Array(pack.inputs.length);
    let offset = 0;
    split(await rows.data<'float32'>(), pack.lengths).forEach((values, index) => {
      slopes.set(slopesOf(pack.first + index, values), offset);
      offset += values.length;
    });
    if (slopes.every((slope) => slope === 0)) continue;
    const gradients = tape.backward(rows, tf.tensor2d(slopes, [slopes.length, 1]));
    parameters.addGradients(gradients);
    const embedded = gradients.get(inputs.embedded);
    if (embedded && embedding) addRows(embedding, pack.inputs, await embedded.data<'float32'>());
    embedded?.dispose();
  }
  const gradients = await parameters.gradients(learned);
  const head = gradients.get(EMBEDDING_WEIGHT);
  embedding?.forEach((slope, index) => {
    if (head) head[index] = slope + (head[index] as number);
  });
  return gradients;
}

function split(rows: Float32Array, lengths: readonly number[]): Float32Array[] {
  let start = 0;
  return lengths.map((length) => rows.subarray(start, (start += length)));
}
