import * as tf from '@tensorflow/tfjs-core';

import type { DecoderConfig } from '../decoder-config.js';
import { type DecoderWeights, EMBEDDING_WEIGHT } from '../decoder-weights.js';
import type { LoraAdapter } from '../lora/lora-adapter.js';
import { decoderOutputs, NetworkInputs } from './decoder-network.js';
import { targetLogProbabilities, targetLogProbabilitiesAndEntropies } from './decoder-operations.js';
import { DecoderParameters } from './decoder-parameters.js';
import { addRows } from './embedding-gradient.js';
import { packDocuments } from './packed-documents.js';
import { type Matrix, type Operation, Tape } from './tape.js';

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
    const read = targetLogProbabilities(inputs.targets, task.temperature ?? 1);
    const rows = decoderOutputs(tape, task.config, parameters, inputs, read);
    results.push(...split(await rows.data<'float32'>(), pack.lengths));
  }
  return results;
}

/** Numbers of a document's tokens but the first: what a loss reads, or its slopes by that. */
export interface TokenNumbers {
  readonly logProbabilities: ArrayLike<number>;
  /** Of the distributions that the tokens are drawn from, in nats. */
  readonly entropies: ArrayLike<number>;
}

/**
 * Gradients, for every weight that is learned, of a loss that depends on the weights through the documents' log-probabilities, by one pass forward and one back.
 * @param slopesOf a document's place and its log-probabilities (of its tokens but the first) to the loss's slopes by them
 */
export function differentiateDecoder(
  task: DecoderTask,
  slopesOf: (document: number, logProbabilities: Float32Array) => ArrayLike<number>,
): Promise<Map<string, Float32Array>> {
  const { temperature = 1 } = task;
  const read = (targets: Matrix) => targetLogProbabilities(targets, temperature);
  return differentiate(task, read, (document, [logProbabilities]) => [slopesOf(document, logProbabilities!)]);
}

/**
 * The same of a loss that depends on the entropies of the tokens' distributions too.
 * @param isEntropyLearned whether its slopes by them are ever other than 0
 */
export function differentiateWithEntropies(
  task: DecoderTask,
  isEntropyLearned: boolean,
  slopesOf: (document: number, found: TokenNumbers) => TokenNumbers,
): Promise<Map<string, Float32Array>> {
  const { temperature = 1 } = task;
  const read = (targets: Matrix) => targetLogProbabilitiesAndEntropies(targets, temperature, isEntropyLearned);
  return differentiate(task, read, (document, [logProbabilities, entropies]) => {
    const slopes = slopesOf(document, { logProbabilities: logProbabilities!, entropies: entropies! });
    return [slopes.logProbabilities, slopes.entropies];
  });
}

/**
 * @param read makes columns of numbers of the logits, one row a token
 * @param slopesOf a document's place and its columns to the loss's slopes by them
 */
async function differentiate(
  task: DecoderTask,
  read: (targets: Matrix) => Operation<[Matrix]>,
  slopesOf: (document: number, columns: readonly Float32Array[]) => readonly ArrayLike<number>[],
): Promise<Map<string, Float32Array>> {
  const { config, weights, adapter, documents } = task;
  const learned = [...(adapter?.weights ?? weights).keys()];
  using parameters = new DecoderParameters(weights, adapter);
  const embedding = adapter ? null : new Float32Array(weights.get(EMBEDDING_WEIGHT)?.data.length ?? 0);
  for (const pack of packDocuments(documents, config.maxPositions, MOST_ROWS)) {
    using inputs = new NetworkInputs(pack, config, parameters);
    using tape = new Tape();
    parameters.watch(tape, learned);
    if (embedding) tape.watch(inputs.embedded);
    const rows = decoderOutputs(tape, config, parameters, inputs, read(inputs.targets));
    const values = await rows.data<'float32'>();
    const width = rows.shape[1];
    const slopes = new Float32Array(values.length);
    let first = 0;
    for (const [index, length] of pack.lengths.entries()) {
      const columns = Array.from({ length: width }, (_, column) =>
        Float32Array.from({ length }, (__, row) => values[(first + row) * width + column] as number),
      );
      for (const [column, own] of slopesOf(pack.first + index, columns).entries()) {
        for (let row = 0; row < length; row += 1) slopes[(first + row) * width + column] = own[row] as number;
      }
      first += length;
    }
    if (slopes.every((slope) => slope === 0)) continue;
    const gradients = tape.backward(rows, tf.tensor2d(slopes, rows.shape));
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
