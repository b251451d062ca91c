import type { DecoderWeights, WeightTensor } from '../decoder-weights.js';

/** Zeros of the same shapes in memory that threads share: sending them to another copies nothing. */
export function sharedZeros(weights: DecoderWeights): DecoderWeights {
  return new Map([...weights].map(([name, { shape, data }]) => [name, { shape, data: sharedArray(data.length) }]));
}

/** A copy in memory that threads share. */
export function sharedCopy(weights: DecoderWeights): DecoderWeights {
  const copy = sharedZeros(weights);
  copyWeights(weights, copy);
  return copy;
}

/** Copies weights into others of the same names and shapes. */
export function copyWeights(from: DecoderWeights, into: DecoderWeights): void {
  for (const [name, { data }] of into) data.set((from.get(name) as WeightTensor).data);
}

function sharedArray(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}
