import type { Parameters } from './parameters.js';

/** Keeps the division defined for a segment without words (Ba et al., arXiv 1607.06450). */
const epsilon = 1e-5;

/** What the backward pass needs of one forward pass over `count` segments. */
export interface EncodedSegments {
  readonly features: readonly Int32Array[];
  /** Encodings, [count, embedding] row-major. */
  readonly output: Float32Array;
  /** Rows before gain and bias, [count, embedding]. */
  readonly normalised: Float32Array;
  /** 1 / standard deviation of each row, [count]. */
  readonly inverseDeviation: Float32Array;
}

/**
 * Encodes segments: the sum of their n-grams' embeddings, then LayerNorm. In plain typed arrays, because a bag is a
 * sparse look-up that no tensor backend does well, least of all its gradient.
 */
export function encodeSegments(parameters: Parameters, features: readonly Int32Array[]): EncodedSegments {
  const width = parameters['norm.bias'].values.length;
  const encoded = {
    features,
    output: new Float32Array(features.length * width),
    normalised: new Float32Array(features.length * width),
    inverseDeviation: new Float32Array(features.length),
  };
  const sums = new Float64Array(width);
  for (let row = 0; row < features.length; row += 1) {
    sumEmbeddings(parameters['bag.weight'].values, features[row]!, sums);
    encoded.inverseDeviation[row] = normalise(sums);
    writeRow(parameters, sums, encoded, row);
  }
  return encoded;
}

/** Adds the gradients of bag and LayerNorm to `into`, given the gradient of `encoded.output`. */
export function encodeSegmentsBackward(
  parameters: Parameters,
  encoded: EncodedSegments,
  outputGradient: Float32Array,
  into: Parameters,
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
    addToEmbeddings(into['bag.weight'].values, encoded.features[row]!, scaled);
  }
}

function sumEmbeddings(table: Float32Array, features: Int32Array, sums: Float64Array): void {
  sums.fill(0);
  for (let index = 0; index < features.length; index += 1) {
    const start = features[index]! * sums.length;
    for (let column = 0; column < sums.length; column += 1) sums[column]! += table[start + column]!;
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
  for (let column = 0; column < row.length; column += 1) variance += (row[column]! - mean) ** 2;
  const inverse = 1 / Math.sqrt(variance / row.length + epsilon);
  for (let column = 0; column < row.length; column += 1) row[column] = (row[column]! - mean) * inverse;
  return inverse;
}

function writeRow(parameters: Parameters, row: Float64Array, encoded: EncodedSegments, index: number): void {
  const gain = parameters['norm.weight'].values;
  const bias = parameters['norm.bias'].values;
  for (let column = 0; column < row.length; column += 1) {
    encoded.normalised[index * row.length + column] = row[column]!;
    encoded.output[index * row.length + column] = row[column]! * gain[column]! + bias[column]!;
  }
}
