import { attentionSizes, type DecoderConfig } from './decoder-config.js';

/**
 * Cosines and sines of rotary position embeddings (Su et al. 2021) for every position, [positions, head size] each, the
 * second half of a row repeating the first (the rotate_half convention).
 */
export function ropeTables(config: DecoderConfig): { cosine: Float32Array; sine: Float32Array } {
  const { headSize } = attentionSizes(config);
  const cosine = new Float32Array(config.maxPositions * headSize);
  const sine = new Float32Array(cosine.length);
  for (let index = 0; index < cosine.length; index += 1) {
    const position = Math.floor(index / headSize);
    const frequency = config.ropeTheta ** (-(2 * ((index % headSize) % (headSize / 2))) / headSize);
    cosine[index] = Math.cos(position * frequency);
    sine[index] = Math.sin(position * frequency);
  }
  return { cosine, sine };
}
