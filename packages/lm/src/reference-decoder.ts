import { attentionSizes, type DecoderConfig } from './decoder-config.js';
import {
  type DecoderWeights,
  EMBEDDING_WEIGHT,
  FINAL_NORM_WEIGHT,
  headWeight,
  layerWeight,
  projectionBias,
} from './decoder-weights.js';
import { ropeFrequencies } from './rope.js';

/**
 * The decoder's forward pass in plain 64-bit arithmetic, written for reading: what the fast versions are held to.
 * Follows Hugging Face's modeling_llama.py.
 *
 * @returns per position the log-probabilities (natural log) of every next token
 */
export function referenceLogProbabilities(
  config: DecoderConfig,
  weights: DecoderWeights,
  tokens: readonly number[],
): number[][] {
  const embedding = matrix(weights, EMBEDDING_WEIGHT);
  let hidden = tokens.map((token) => [...(embedding[token] ?? [])]);
  for (let layer = 0; layer < config.layers; layer += 1) {
    const part = (name: string): number[][] => matrix(weights, layerWeight(layer, name));
    const forAttention = hidden.map((row) => rmsNorm(row, part('input_layernorm')[0] ?? [], config.rmsNormEpsilon));
    const biased = (name: string, row: readonly number[]): number[] => {
      const bias = weights.get(projectionBias(layer, name))?.data ?? [];
      return project(part(`self_attn.${name}`), row).map((value, index) => value + (bias[index] ?? 0));
    };
    const attended = attention(config, biased, forAttention);
    hidden = hidden.map((row, position) => add(row, attended[position] ?? []));
    hidden = hidden.map((row) => {
      const normed = rmsNorm(row, part('post_attention_layernorm')[0] ?? [], config.rmsNormEpsilon);
      const up = project(part('mlp.up_proj'), normed);
      const gated = project(part('mlp.gate_proj'), normed).map((gate, index) => silu(gate) * (up[index] ?? 0));
      return add(row, project(part('mlp.down_proj'), gated));
    });
  }
  const scale = matrix(weights, FINAL_NORM_WEIGHT)[0] ?? [];
  const head = matrix(weights, headWeight(config));
  return hidden.map((row) => logSoftmax(project(head, rmsNorm(row, scale, config.rmsNormEpsilon))));
}

function attention(
  config: DecoderConfig,
  projected: (name: string, row: readonly number[]) => number[],
  rows: readonly number[][],
): number[][] {
  const { heads, keyValueHeads, headSize } = attentionSizes(config);
  const frequencies = ropeFrequencies(config);
  const rotated = (name: string): number[][] =>
    rows.map((row, position) => rotate(projected(name, row), position, frequencies));
  const queries = rotated('q_proj');
  const keys = rotated('k_proj');
  const values = rows.map((row) => projected('v_proj', row));
  return queries.map((query, position) => {
    const mixed: number[] = [];
    for (let head = 0; head < heads; head += 1) {
      const own = query.slice(head * headSize, (head + 1) * headSize);
      const start = Math.floor(head / (heads / keyValueHeads)) * headSize;
      const seen = keys.slice(0, position + 1);
      const scores = seen.map((key) => dot(own, key.slice(start, start + headSize)) / Math.sqrt(headSize));
      const shares = logSoftmax(scores).map(Math.exp);
      for (let index = start; index < start + headSize; index += 1) {
        mixed.push(shares.reduce((sum, share, past) => sum + share * (values[past]?.[index] ?? 0), 0));
      }
    }
    return projected('o_proj', mixed);
  });
}

/** RoPE, rotate_half convention: element i of a head is paired with element i + headSize / 2. */
function rotate(row: readonly number[], position: number, frequencies: readonly number[]): number[] {
  const half = frequencies.length;
  return row.map((value, index) => {
    const angle = position * (frequencies[index % half] as number);
    const partner = index % (2 * half) < half ? -(row[index + half] ?? 0) : (row[index - half] ?? 0);
    return value * Math.cos(angle) + partner * Math.sin(angle);
  });
}

function matrix(weights: DecoderWeights, name: string): number[][] {
  const tensor = weights.get(name);
  if (!tensor) throw new RangeError(`There is no tensor ${name}.`);
  const width = tensor.shape.at(-1) ?? 1;
  const rows: number[][] = [];
  for (let start = 0; start < tensor.data.length; start += width)
    rows.push([...tensor.data.subarray(start, start + width)]);
  return rows;
}

const dot = (left: readonly number[], right: readonly number[]): number =>
  left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
const add = (left: readonly number[], right: readonly number[]): number[] =>
  left.map((value, index) => value + (right[index] ?? 0));
const project = (weight: readonly number[][], row: readonly number[]): number[] => weight.map((line) => dot(line, row));
const silu = (value: number): number => value / (1 + Math.exp(-value));

function rmsNorm(row: readonly number[], scale: readonly number[], epsilon: number): number[] {
  const root = Math.sqrt(dot(row, row) / row.length + epsilon);
  return row.map((value, index) => (value / root) * (scale[index] ?? 0));
}

function logSoftmax(scores: readonly number[]): number[] {
  const highest = Math.max(...scores);
  const total = scores.reduce((sum, score) => sum + Math.exp(score - highest), 0);
  return scores.map((score) => score - highest - Math.log(total));
}
