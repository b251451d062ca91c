import { addProduct } from './add-product.js';
import type { GruParameters } from './gru-parameters.js';
import type { SegmentFeatures } from './segment-source.js';

/** Keeps the division defined for a segment without words (Ba et al., arXiv 1607.06450). */
const epsilon = 1e-5;

/** What the backward pass needs of one forward pass over `count` segments. */
export interface EncodedSegments {
  readonly features: readonly SegmentFeatures[];
  /** Encodings, [count, embedding] row-major. */
  readonly output: Float32Array;
  /** Rows before gain and bias, [count, embedding]. */
  readonly normalised: Float32Array;
  /** 1 / standard deviation of each row, [count]. */
  readonly inverseDeviation: Float32Array;
}

/**
 * Encodes segments: the sum of their n-grams' embeddings, or the projection of their vector, then LayerNorm. In plain typed
 * arrays, because a bag is a sparse look-up that no tensor backend does well, least of all its gradient.
 */
export function encodeSegments(parameters: GruParameters, features: readonly SegmentFeatures[]): EncodedSegments {
  const width = parameters['norm.bias'].values.length;
  const output = new Float32Array(features.length * width);
  const normalised = new Float32Array(features.length * width);
  const inverseDeviation = new Float32Array(features.length);
  const gain = parameters['norm.weight'].values;
  const bias = parameters['norm.bias'].values;
  const row = new Float64Array(width);
  for (let index = 0; index < features.length; index += 1) {
    project(parameters['bag.weight'].values, features[index]!, row);
    inverseDeviation[index] = normalise(row);
    for (let column = 0; column < width; column += 1) {
      normalised[index * width + column] = row[column]!;
      output[index * width + column] = row[column]! * gain[column]! + bias[column]!;
    }
  }
  return { features, output, normalised, inverseDeviation };
}

/** Encodes one segment into `into`, [embedding]: what deciding needs. */
export function encodeSegment(parameters: GruParameters, features: SegmentFeatures, into: Float64Array): void {
  const gain = parameters['norm.weight'].values;
  const bias = parameters['norm.bias'].values;
  project(parameters['bag.weight'].values, features, into);
  normalise(into);
  for (let column = 0; column < into.length; column += 1) into[column] = into[column]! * gain[column]! + bias[column]!;
}

/** Adds the gradients of bag and LayerNorm to `into`, given the gradient of `encoded.output`. */
export function encodeSegmentsBackward(
  parameters: GruParameters,
  encoded: EncodedSegments,
  outputGradient: Float32Array,
  into: GruParameters,
): void {
  const gain = parameters['norm.weight'].values;
  const gainGradient = into['norm.weight'].values;
  const biasGradient = into['norm.bias'].values;
  const width = gain.length;
  const scaled = new Float64Array(width);
  for (let row = 0; row < encoded.features.length; row += 1) {
    let mean = 0;
    let correlation = 0;
    for (let column = 0; column < width; column += 1) {
      const gradient = outputGradient[row * width + column]!;
      const value = encoded.normalised[row * width + column]!;
      gainGradient[column]! += gradient * value;
      biasGradient[column]! += gradient;
      const product = gradient * gain[column]!;
      scaled[column] = product;
      mean += product;
      correlation += product * value;
    }
    mean /= width;
    correlation /= width;
    for (let column = 0; column < width; column += 1) {
      const value = encoded.normalised[row * width + column]!;
      scaled[column] = (scaled[column]! - mean - value * correlation) * encoded.inverseDeviation[row]!;
    }
    projectBackward(into['bag.weight'].values, encoded.features[row]!, scaled);
  }
}

/** into = features · table: buckets count as often as they occur. */
function project(table: Float32Array, features: SegmentFeatures, into: Float64Array): void {
  if (features instanceof Int32Array) return sumEmbeddings(table, features, into);
  into.fill(0);
  addProduct(into, features, table);
}

function projectBackward(table: Float32Array, features: SegmentFeatures, gradient: Float64Array): void {
  if (features instanceof Int32Array) return addToEmbeddings(table, features, gradient);
  for (let row = 0; row < features.length; row += 1) {
    const start = row * gradient.length;
    for (let column = 0; column < gradient.length; column += 1) {
      table[start + column]! += features[row]! * gradient[column]!;
    }
  }
}

function sumEmbeddings(table: Float32Array, features: Int32Array, sums: Float64Array): void {
  const width = sums.length;
  sums.fill(0);
  let index = 0;
  // Two rows at once: half the loads and stores of the sums.
  for (; index + 2 <= features.length; index += 2) {
    const first = features[index]! * width;
    const second = features[index + 1]! * width;
    for (let column = 0; column < width; column += 1) sums[column]! += table[first + column]! + table[second + column]!;
  }
  if (index < features.length) {
    const start = features[index]! * width;
    for (let column = 0; column < width; column += 1) sums[column]! += table[start + column]!;
  }
}

function addToEmbeddings(table: Float32Array, features: Int32Array, gradient: Float64Array): void {
  for (let index = 0; index < features.length; index += 1) {
    const start = features[index]! * gradient.length;
    for (let column = 0; column < gradient.length; column += 1) table[start + column]! += gradient[column]!;
  }
}

/** Shifts and scales a row to mean 0 and variance 1 in place; returns 1 / standard deviation. */
function normalise(row: Float64Array): number {
  let mean = 0;
  for (let column = 0; column < row.length; column += 1) mean += row[column]!;
  mean /= row.length;
  let variance = 0;
  for (let column = 0; column < row.length; column += 1) {
    const distance = row[column]! - mean;
    variance += distance * distance;
  }
  const inverse = 1 / Math.sqrt(variance / row.length + epsilon);
  for (let column = 0; column < row.length; column += 1) row[column] = (row[column]! - mean) * inverse;
  return inverse;
}
