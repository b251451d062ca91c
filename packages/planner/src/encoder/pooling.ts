/** How the states of a text's tokens become one vector. */
export const poolings = ['mean', 'cls', 'last'] as const;
export type Pooling = (typeof poolings)[number];

/** @param states Last hidden state of each token, [tokens, width] row-major, without padding. @returns [width] */
export function pool(states: Float32Array, width: number, pooling: Pooling): Float32Array {
  if (pooling === 'cls') return states.slice(0, width);
  if (pooling === 'last') return states.slice(states.length - width);
  const sums = new Float64Array(width);
  for (let index = 0; index < states.length; index += 1) sums[index % width]! += states[index]!;
  return Float32Array.from(sums, (sum) => (sum * width) / states.length);
}

/** The vector with length 1; one of zeros stays as it is. */
export function normalised(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}
