import * as tf from '@tensorflow/tfjs-core';

import type { DecoderConfig } from '../decoder-config.js';
import { type DecoderWeights, EMBEDDING_WEIGHT } from '../decoder-weights.js';
import type { LoraAdapter } from '../lora/lora-adapter.js';
import { decoderLogProbabilities, NetworkInputs, NetworkTargets } from './decoder-network.js';
import { DecoderParameters } from './decoder-parameters.js';
import { addRows } from './embedding-gradient.js';
import { packDocuments, type PackedDocuments } from './packed-documents.js';
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

/** What a loss depends on. */
export interface LossTask extends DecoderTask {
  /** Of each document the places of the tokens whose log-probabilities it takes; all but the first by default. */
  readonly places?: readonly (readonly number[])[];
}

/**
 * Log-probabilities (natural log) of each document's tokens but the first, given those before. On whatever tfjs backend is set, as
 * everything here, with nothing left on it.
 */
export async function evaluateDecoder(task: DecoderTask): Promise<Float32Array[]> {
  const results: Float32Array[] = [];
  using parameters = new DecoderParameters(task.weights, task.adapter);
  for (const pack of packsOf(task)) {
    using inputs = new NetworkInputs(pack, task.config, parameters);
    using targets = new NetworkTargets(pack, task.config);
    using tape = new Tape();
    const values = decoderLogProbabilities(tape, task.config, parameters, inputs, targets, task.temperature ?? 1);
    results.push(...split(await values.data<'float32'>(), pack.counts));
  }
  return results;
}

/**
 * Gradients, for every weight that is learned, of a loss that depends on the weights through the documents' log-probabilities, by one pass forward and one back.
 * @param slopesOf a document's place and its log-probabilities to the loss's slopes by them
 */
export async function differentiateDecoder(
  task: LossTask,
  slopesOf: (document: number, logProbabilities: Float32Array) => ArrayLike<number>,
): Promise<Map<string, Float32Array>> {
  const { config, weights, adapter, temperature = 1 } = task;
  const learned = [...(adapter?.weights ?? weights).keys()];
  using parameters = new DecoderParameters(weights, adapter);
  const embedding = adapter ? null : new Float32Array(weights.get(EMBEDDING_WEIGHT)?.data.length ?? 0);
  for (const pack of packsOf(task)) {
    if (pack.rows.length === 0) {
      pack.counts.forEach((_, index) => slopesOf(pack.first + index, new Float32Array()));
      continue;
    }
    using inputs = new NetworkInputs(pack, config, parameters);
    using targets = new NetworkTargets(pack, config);
    using tape = new Tape();
    parameters.watch(tape, learned);
    if (embedding) tape.watch(inputs.embedded);
    const values = decoderLogProbabilities(tape, config, parameters, inputs, targets, temperature);
    const slopes = new Float32Array(pack.rows.length);
    let offset = 0;
    split(await values.data<'float32'>(), pack.counts).forEach((own, index) => {
      slopes.set(slopesOf(pack.first + index, own), offset);
      offset += own.length;
    });
    if (slopes.every((slope) => slope === 0)) continue;
    const gradients = tape.backward(values, tf.tensor2d(slopes, [slopes.length, 1]));
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

function packsOf({ documents, places, config: { maxPositions } }: LossTask): PackedDocuments[] {
  return packDocuments(documents, { maxPositions, mostRows: MOST_ROWS, places });
}

function split(rows: Float32Array, lengths: readonly number[]): Float32Array[] {
  let start = 0;
  return lengths.map((length) => rows.subarray(start, (start += length)));
}
