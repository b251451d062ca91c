import * as tf from '@tensorflow/tfjs-core';

import type { DecoderConfig } from '../decoder-config.js';
import { type DecoderWeights, EMBEDDING_WEIGHT } from '../decoder-weights.js';
import type { LoraAdapter } from '../lora/lora-adapter.js';
import { decoderStates, NetworkInputs } from './decoder-network.js';
import { DecoderParameters } from './decoder-parameters.js';
import { addRows } from './embedding-gradient.js';
import { type Matrix, Tape } from './tape.js';

/** Rows evaluated together; see decoder-pass.ts. */
const MOST_ROWS = 256;
/** It bounds memory, at a price of a third more time for what goes beyond. */
const MOST_KEPT_ROWS = 8192;

/** Token ids, and the positions among them whose states are wanted. */
export interface ReadDocument {
  readonly tokens: readonly number[];
  readonly places: readonly number[];
}

/** A decoder, and what it reads. */
export interface StateTask {
  readonly config: DecoderConfig;
  readonly weights: DecoderWeights;
  /** What is added to the weights; then only its own are learned. */
  readonly adapter: LoraAdapter | null;
  /** None is empty or longer than the decoder's positions. */
  readonly documents: readonly ReadDocument[];
  /** Rows whose activations are kept from the forward pass to the backward one, 8192 by default; others are computed twice. */
  readonly mostKeptRows?: number;
}

/**
 * The decoder's states (after the final norm) at the wanted places, one after another, [places, hidden]. On whatever tfjs
 * backend is set, as everything here.
 */
export async function evaluateStates(
  config: DecoderConfig,
  parameters: DecoderParameters,
  documents: readonly ReadDocument[],
): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for (const pack of packed(documents)) {
    using inputs = new NetworkInputs(pack, config, parameters);
    using tape = new Tape();
    const states = await decoderStates(tape, config, parameters, inputs).data<'float32'>();
    parts.push(...pack.places.map((place) => rowOf(states, place, config.hiddenSize)));
  }
  return joined(parts);
}

/**
 * Gradients, for every weight that is learned, of a loss that depends on the weights through the states at the wanted places.
 * @param slopesOf the states of all documents, [places, hidden], to the loss's slopes by them; asked once
 */
export async function differentiateStates(
  { config, weights, adapter, documents, mostKeptRows = MOST_KEPT_ROWS }: StateTask,
  slopesOf: (states: Float32Array) => Float32Array,
): Promise<Map<string, Float32Array>> {
  const { hiddenSize } = config;
  // The embedding is read in plain arrays, and its gradient gathered there.
  const learned = [...(adapter?.weights ?? weights).keys()].filter((name) => name !== EMBEDDING_WEIGHT);
  const embedding = adapter ? null : new Float32Array(weights.get(EMBEDDING_WEIGHT)?.data.length ?? 0);
  using parameters = new DecoderParameters(weights, adapter);
  const passes: (StatePass | null)[] = [];
  const forward = (pack: Pack): StatePass => {
    const inputs = new NetworkInputs(pack, config, parameters);
    const tape = new Tape();
    parameters.watch(tape, learned);
    if (embedding) tape.watch(inputs.embedded);
    return new StatePass(inputs, tape, decoderStates(tape, config, parameters, inputs));
  };
  try {
    const parts: Float32Array[] = [];
    const packs = packed(documents);
    let kept = 0;
    for (const pack of packs) {
      const pass = forward(pack);
      passes.push(pass);
      const states = await pass.states.data<'float32'>();
      parts.push(...pack.places.map((place) => rowOf(states, place, hiddenSize)));
      kept += pack.inputs.length;
      if (kept > mostKeptRows) passes.splice(-1, 1, null)[0]?.[Symbol.dispose]();
    }
    const slopes = slopesOf(joined(parts));
    let offset = 0;
    for (const [index, pack] of packs.entries()) {
      using pass = passes[index] ?? forward(pack);
      const rows = new Float32Array(pack.inputs.length * hiddenSize);
      for (const place of pack.places) rows.set(rowOf(slopes, offset++, hiddenSize), place * hiddenSize);
      const gradients = pass.tape.backward(pass.states, tf.tensor2d(rows, [pack.inputs.length, hiddenSize]));
      parameters.addGradients(gradients);
      const embedded = gradients.get(pass.inputs.embedded);
      if (embedded && embedding) addRows(embedding, pack.inputs, await embedded.data<'float32'>());
      embedded?.dispose();
    }
    const gradients = await parameters.gradients(learned);
    if (embedding) gradients.set(EMBEDDING_WEIGHT, embedding);
    return gradients;
  } finally {
    for (const pass of passes) pass?.[Symbol.dispose]();
  }
}

/** One pack's forward pass, until it is gone back through. */
class StatePass implements Disposable {
  constructor(
    readonly inputs: NetworkInputs,
    readonly tape: Tape,
    readonly states: Matrix,
  ) {}

  [Symbol.dispose](): void {
    this.tape[Symbol.dispose]();
    this.inputs[Symbol.dispose]();
  }
}

/** Documents one after another in one list of rows, and the rows that are wanted. */
interface Pack {
  readonly lengths: readonly number[];
  readonly inputs: Int32Array;
  readonly places: readonly number[];
}

function packed(documents: readonly ReadDocument[]): Pack[] {
  const parts: ReadDocument[][] = [];
  let rows = Infinity;
  for (const document of documents) {
    rows += document.tokens.length;
    if (rows > MOST_ROWS) {
      parts.push([]);
      rows = document.tokens.length;
    }
    parts.at(-1)?.push(document);
  }
  return parts.map((part) => {
    let start = 0;
    return {
      lengths: part.map(({ tokens }) => tokens.length),
      inputs: Int32Array.from(part.flatMap(({ tokens }) => tokens)),
      places: part.flatMap(({ tokens, places }) => {
        start += tokens.length;
        return places.map((place) => start - tokens.length + place);
      }),
    };
  });
}

function rowOf(rows: Float32Array, row: number, width: number): Float32Array {
  return rows.subarray(row * width, (row + 1) * width);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
