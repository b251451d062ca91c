import * as tf from '@tensorflow/tfjs-core';

import type { DecoderConfig } from '../decoder-config.js';
import { type DecoderWeights, EMBEDDING_WEIGHT } from '../decoder-weights.js';
import type { LoraAdapter } from '../lora/lora-adapter.js';
import { decoderOutputs, NetworkInputs, NetworkTargets } from './decoder-network.js';
import { targetLogProbabilities, targetLogProbabilitiesAndEntropies } from './decoder-operations.js';
import { DecoderParameters } from './decoder-parameters.js';
import { addRows } from './embedding-gradient.js';
import { packDocuments, type PackedDocuments } from './packed-documents.js';
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
    const read = targetLogProbabilities(targets.targets, task.temperature ?? 1);
    const values = decoderOutputs(tape, task.config, parameters, inputs, targets.selection, read);
    results.push(...split(await values.data<'float32'>(), pack.counts));
  }
  return results;
}

/** Numbers of the tokens of a document that a loss takes: what it reads, or its slopes by that. */
export interface TokenNumbers {
  readonly logProbabilities: ArrayLike<number>;
  /** Of the distributions that the tokens are drawn from, in nats. */
  readonly entropies: ArrayLike<number>;
}

/**
 * Gradients, for every weight that is learned, of a loss that depends on the weights through the documents' log-probabilities, by one pass forward and one back.
 * @param slopesOf a document's place and its log-probabilities to the loss's slopes by them
 */
export function differentiateDecoder(
  task: LossTask,
  slopesOf: (document: number, logProbabilities: Float32Array) => ArrayLike<number>,
): Promise<Map<string, Float32Array>> {
  const { temperature = 1 } = task;
  const read = (targets: Matrix) => targetLogProbabilities(targets, temperature);
  return differentiate(task, read, 1, (document, [logProbabilities]) => [slopesOf(document, logProbabilities!)]);
}

/**
 * The same of a loss that depends on the entropies of the tokens' distributions too.
 * @param isEntropyLearned whether its slopes by them are ever other than 0
 */
export function differentiateWithEntropies(
  task: LossTask,
  isEntropyLearned: boolean,
  slopesOf: (document: number, found: TokenNumbers) => TokenNumbers,
): Promise<Map<string, Float32Array>> {
  const { temperature = 1 } = task;
  const read = (targets: Matrix) => targetLogProbabilitiesAndEntropies(targets, temperature, isEntropyLearned);
  return differentiate(task, read, 2, (document, [logProbabilities, entropies]) => {
    const slopes = slopesOf(document, { logProbabilities: logProbabilities!, entropies: entropies! });
    return [slopes.logProbabilities, slopes.entropies];
  });
}

/**
 * @param read makes columns of numbers of the logits, one row a token
 * @param width how many columns
 * @param slopesOf a document's place and its columns to the loss's slopes by them
 */
async function differentiate(
  task: LossTask,
  read: (targets: Matrix) => Operation<[Matrix]>,
  width: number,
  slopesOf: (document: number, columns: readonly Float32Array[]) => readonly ArrayLike<number>[],
): Promise<Map<string, Float32Array>> {
  const { config, weights, adapter } = task;
  const learned = [...(adapter?.weights ?? weights).keys()];
  using parameters = new DecoderParameters(weights, adapter);
  const embedding = adapter ? null : new Float32Array(weights.get(EMBEDDING_WEIGHT)?.data.length ?? 0);
  /** The slopes by all numbers of a pack, [targets, width]. */
  const slopesAt = ({ first, counts, rows }: PackedDocuments, values: Float32Array): Float32Array => {
    const slopes = new Float32Array(rows.length * width);
    let start = 0;
    for (const [index, count] of counts.entries()) {
      const columns = Array.from({ length: width }, (_, column) =>
        Float32Array.from({ length: count }, (__, row) => values[(start + row) * width + column] as number),
      );
      for (const [column, own] of slopesOf(first + index, columns).entries()) {
        for (let row = 0; row < count; row += 1) slopes[(start + row) * width + column] = own[row] as number;
      }
      start += count;
    }
    return slopes;
  };
  for (const pack of packsOf(task)) {
    if (pack.rows.length === 0) {
      slopesAt(pack, new Float32Array());
      continue;
    }
    using inputs = new NetworkInputs(pack, config, parameters);
    using targets = new NetworkTargets(pack, config);
    using tape = new Tape();
    parameters.watch(tape, learned);
    if (embedding) tape.watch(inputs.embedded);
    const outputs = decoderOutputs(tape, config, parameters, inputs, targets.selection, read(targets.targets));
    const slopes = slopesAt(pack, await outputs.data<'float32'>());
    if (slopes.every((slope) => slope === 0)) continue;
    const gradients = tape.backward(outputs, tf.tensor2d(slopes, [pack.rows.length, width]));
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
