import { Random } from '@rsim/core';
import type { Parameter } from './parameters.js';

/** Sizes of the recurrent network. */
export interface GruShape {
  /** Buckets of hashed n-grams, or numbers of a segment's vector: rows of the first array of weights. */
  readonly buckets: number;
  /** Width of a segment's embedding. */
  readonly embedding: number;
  /** Width of the recurrent state. */
  readonly hidden: number;
  /** Number of strategies. */
  readonly actions: number;
  /** Whether one more output, the last, estimates the reward to come. */
  readonly value: boolean;
}

/** Numbers that the network gives for each state. */
export function outputsOf({ actions, value }: GruShape): number {
  return actions + (value ? 1 : 0);
}

/**
 * Every weight of the network. Gates are kept apart (reset, update, candidate) because slices along columns are slow on
 * the wasm backend and whole matrices are not.
 */
export const parameterNames = [
  'bag.weight',
  'norm.weight',
  'norm.bias',
  'gru.input.reset',
  'gru.input.update',
  'gru.input.candidate',
  'gru.hidden.reset',
  'gru.hidden.update',
  'gru.hidden.candidate',
  'gru.bias.reset',
  'gru.bias.update',
  'gru.bias.candidate',
  'gru.bias.hidden',
  'output.weight',
  'output.bias',
] as const;

export type ParameterName = (typeof parameterNames)[number];
export type GruParameters = Readonly<Record<ParameterName, Parameter>>;

/** Shape of every weight: matrices are [in, out], vectors [out]. */
export function parameterShapes(shape: GruShape) {
  const { buckets, embedding, hidden } = shape;
  const outputs = outputsOf(shape);
  const shapes: Record<ParameterName, readonly number[]> = {
    'bag.weight': [buckets, embedding],
    'norm.weight': [embedding],
    'norm.bias': [embedding],
    'gru.input.reset': [embedding, hidden],
    'gru.input.update': [embedding, hidden],
    'gru.input.candidate': [embedding, hidden],
    'gru.hidden.reset': [hidden, hidden],
    'gru.hidden.update': [hidden, hidden],
    'gru.hidden.candidate': [hidden, hidden],
    'gru.bias.reset': [hidden],
    'gru.bias.update': [hidden],
    'gru.bias.candidate': [hidden],
    'gru.bias.hidden': [hidden],
    'output.weight': [hidden, outputs],
    'output.bias': [outputs],
  };
  return shapes;
}

/** All weights 0; also what gradients and Adam's moments start from. */
export function zeroParameters(shape: GruShape): GruParameters {
  return mapShapes(shape, (size) => new Float32Array(size));
}

/**
 * Fresh weights: embeddings normal with deviation 0.1, recurrent weights uniform within 1/√hidden, and the output 0, so
 * that an untrained planner chooses every strategy alike (and expects nothing).
 */
export function initialParameters(shape: GruShape, seed: number): GruParameters {
  const random = Random.of(seed, 'planner-weights');
  const bound = 1 / Math.sqrt(shape.hidden);
  return mapShapes(shape, (size, name) => {
    if (name === 'bag.weight') return Float32Array.from({ length: size }, () => 0.1 * normal(random));
    if (name === 'norm.weight') return new Float32Array(size).fill(1);
    if (name.startsWith('gru.')) return Float32Array.from({ length: size }, () => bound * (2 * random.next() - 1));
    return new Float32Array(size);
  });
}

function mapShapes(shape: GruShape, fill: (size: number, name: ParameterName) => Float32Array): GruParameters {
  const shapes = parameterShapes(shape);
  const entries = parameterNames.map((name) => {
    const dimensions = shapes[name];
    const size = dimensions.reduce((product, dimension) => product * dimension, 1);
    return [name, { shape: dimensions, values: fill(size, name) }];
  });
  return Object.fromEntries(entries) as GruParameters;
}

/** One number of the standard normal distribution (Box and Muller 1958). */
function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}
