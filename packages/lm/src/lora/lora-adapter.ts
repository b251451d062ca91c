import { type Random, WeightsError } from '@rsim/core';

import type { DecoderConfig } from '../decoder-config.js';
import { type DecoderWeights, decoderWeightShapes, type WeightTensor } from '../decoder-weights.js';

/** Projections that can have adapters, by PEFT's names. */
export const loraTargets = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'] as const;

export interface LoraOptions {
  /** Inner width of the adapters. */
  readonly rank: number;
  /** What they add is scaled by alpha / rank. */
  readonly alpha: number;
  /** Which projections have them, of {@link loraTargets}. */
  readonly targets: readonly string[];
}

/** Low-rank additions to the projections of a decoder whose own weights stay as they are (LoRA, Hu et al. 2021, section 4.1). */
export interface LoraAdapter {
  readonly options: LoraOptions;
  /** By PEFT's names: `lora_A` [rank, in] and `lora_B` [out, rank] of each adapted projection. */
  readonly weights: DecoderWeights;
}

export function loraScale({ rank, alpha }: LoraOptions): number {
  return alpha / rank;
}

/** PEFT's name of a part of a projection's adapter. */
export function loraName(projection: string, part: 'A' | 'B'): string {
  return `base_model.model.${projection.replace(/\.weight$/, '')}.lora_${part}.weight`;
}

/**
 * Shapes of an adapter's tensors by PEFT's names.
 * @throws WeightsError when a target is no projection, or the rank no positive integer
 */
export function loraShapes(config: DecoderConfig, options: LoraOptions): Map<string, readonly [number, number]> {
  checkOptions(options);
  const shapes = new Map<string, readonly [number, number]>();
  for (const [name, shape] of decoderWeightShapes(config)) {
    if (!options.targets.some((target) => name.endsWith(`.${target}.weight`))) continue;
    const [outputs = 0, inputs = 0] = shape;
    shapes.set(loraName(name, 'A'), [options.rank, inputs]);
    shapes.set(loraName(name, 'B'), [outputs, options.rank]);
  }
  return shapes;
}

/**
 * A fresh adapter, which adds nothing yet: A is uniform within 1/sqrt(in), as PEFT has it, and B is zero.
 * @throws WeightsError as {@link loraShapes}
 */
export function startLora(config: DecoderConfig, options: LoraOptions, random: Random): LoraAdapter {
  const weights = new Map<string, WeightTensor>();
  for (const [name, shape] of loraShapes(config, options)) {
    const data = new Float32Array(shape[0] * shape[1]);
    const bound = 1 / Math.sqrt(shape[1]);
    if (name.includes('lora_A')) data.forEach((_, index) => (data[index] = bound * (2 * random.next() - 1)));
    weights.set(name, { shape, data });
  }
  return { options, weights };
}

/** Names of the decoder's weights that an adapter adds to. */
export function adaptedWeights(weights: ReadonlyMap<string, unknown>, { weights: adapter }: LoraAdapter): Set<string> {
  return new Set([...weights.keys()].filter((name) => adapter.has(loraName(name, 'A'))));
}

/** The decoder's weights with what an adapter adds to them; tensors that have no adapter are the same ones. */
export function mergeLora(weights: DecoderWeights, { options, weights: adapter }: LoraAdapter): DecoderWeights {
  const scale = loraScale(options);
  return new Map(
    [...weights].map(([name, tensor]) => {
      const [left, right] = [adapter.get(loraName(name, 'A')), adapter.get(loraName(name, 'B'))];
      return [name, left && right ? added(tensor, left, right, scale) : tensor];
    }),
  );
}

/** tensor + scale · right · left. */
function added(tensor: WeightTensor, left: WeightTensor, right: WeightTensor, scale: number): WeightTensor {
  const [rank = 0, inputs = 0] = left.shape;
  const data = tensor.data.slice();
  for (let output = 0; output < data.length / inputs; output += 1) {
    for (let inner = 0; inner < rank; inner += 1) {
      const factor = scale * (right.data[output * rank + inner] as number);
      for (let input = 0; input < inputs; input += 1) {
        const place = output * inputs + input;
        data[place] = (data[place] as number) + factor * (left.data[inner * inputs + input] as number);
      }
    }
  }
  return { shape: tensor.shape, data };
}

function checkOptions({ rank, alpha, targets }: LoraOptions): void {
  const unknown = targets.find((target) => !(loraTargets as readonly string[]).includes(target));
  const remedy = `Give a rank of at least 1, a positive alpha, and targets among ${loraTargets.join(', ')}.`;
  if (unknown !== undefined) {
    throw new WeightsError(`LoRA cannot adapt "${unknown}": the decoder has no such projection.`, {
      code: 'lora-target',
      remedy,
    });
  }
  if (targets.length > 0 && Number.isInteger(rank) && rank >= 1 && alpha > 0) return;
  throw new WeightsError(`LoRA cannot have rank ${rank} and alpha ${alpha} on ${targets.length} projections.`, {
    remedy,
  });
}
