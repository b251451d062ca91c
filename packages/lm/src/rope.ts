import { attentionSizes, type DecoderConfig } from './decoder-config.js';
import { frequencyDivisor } from './rope-scaling.js';

/** Radians per token by which each pair of a head's elements is turned, [head size / 2], as the model scales them. */
export function ropeFrequencies(config: DecoderConfig): number[] {
  const divisors = frequencyDivisors(config);
  return unscaledFrequencies(config).map((frequency, pair) => frequency / (divisors[pair] as number));
}

/** By what the model's scaling divides each frequency, [head size / 2]. */
export function frequencyDivisors(config: DecoderConfig): number[] {
  const { ropeScaling } = config;
  return unscaledFrequencies(config).map((frequency) => (ropeScaling ? frequencyDivisor(ropeScaling, frequency) : 1));
}

function unscaledFrequencies(config: DecoderConfig): number[] {
  const { headSize } = attentionSizes(config);
  return Array.from({ length: headSize / 2 }, (_, pair) => config.ropeTheta ** ((-2 * pair) / headSize));
}

/**
 * Cosines and sines of rotary position embeddings (Su et al. 2021) for every position, [positions, head size] each, the
 * second half of a row repeating the first (the rotate_half convention).
 */
export function ropeTables(config: DecoderConfig): { cosine: Float32Array; sine: Float32Array } {
  const { headSize } = attentionSizes(config);
  const frequencies = ropeFrequencies(config);
  const cosine = new Float32Array(config.maxPositions * headSize);
  const sine = new Float32Array(cosine.length);
  for (let index = 0; index < cosine.length; index += 1) {
    const position = Math.floor(index / headSize);
    const angle = position * (frequencies[index % frequencies.length] as number);
    cosine[index] = Math.cos(angle);
    sine[index] = Math.sin(angle);
  }
  return { cosine, sine };
}
