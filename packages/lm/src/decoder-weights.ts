import { type Random, WeightsError } from '@rsim/core';

import { attentionSizes, biasedProjections, type DecoderConfig } from './decoder-config.js';

/** A dense tensor of 32-bit floats in row-major order. */
export interface WeightTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The tensors of a decoder by their Hugging Face names; linear layers are [out, in]. */
export type DecoderWeights = ReadonlyMap<string, WeightTensor>;

/** Name of layer `layer`'s tensor `part`, e.g. `model.layers.0.self_attn.q_proj.weight`. */
export function layerWeight(layer: number, part: string): string {
  return `model.layers.${layer}.${part}.weight`;
}

/** Name of the bias of layer `layer`'s attention projection `part`, e.g. `model.layers.0.self_attn.q_proj.bias`. */
export function projectionBias(layer: number, part: string): string {
  return `model.layers.${layer}.self_attn.${part}.bias`;
}

export const EMBEDDING_WEIGHT = 'model.embed_tokens.weight';
export const FINAL_NORM_WEIGHT = 'model.norm.weight';
const OWN_HEAD_WEIGHT = 'lm_head.weight';

/** Name of the matrix that logits come of. */
export function headWeight({ hasOwnHead = false }: DecoderConfig): string {
  return hasOwnHead ? OWN_HEAD_WEIGHT : EMBEDDING_WEIGHT;
}

/** Every tensor a decoder of these sizes has, in the order of the forward pass. */
export function decoderWeightShapes(config: DecoderConfig): ReadonlyMap<string, readonly number[]> {
  const { hiddenSize: hidden, intermediateSize: inner } = config;
  const { queryWidth, keyValueWidth } = attentionSizes(config);
  const attention = {
    q_proj: [queryWidth, hidden],
    k_proj: [keyValueWidth, hidden],
    v_proj: [keyValueWidth, hidden],
    o_proj: [hidden, queryWidth],
  };
  const biased = biasedProjections(config);
  const shapes = new Map<string, readonly number[]>([[EMBEDDING_WEIGHT, [config.vocabularySize, hidden]]]);
  for (let layer = 0; layer < config.layers; layer += 1) {
    shapes.set(layerWeight(layer, 'input_layernorm'), [hidden]);
    for (const [part, shape] of Object.entries(attention)) {
      shapes.set(layerWeight(layer, `self_attn.${part}`), shape);
      if (biased.includes(part)) shapes.set(projectionBias(layer, part), shape.slice(0, 1));
    }
    shapes.set(layerWeight(layer, 'post_attention_layernorm'), [hidden]);
    shapes.set(layerWeight(layer, 'mlp.gate_proj'), [inner, hidden]);
    shapes.set(layerWeight(layer, 'mlp.up_proj'), [inner, hidden]);
    shapes.set(layerWeight(layer, 'mlp.down_proj'), [hidden, inner]);
  }
  shapes.set(FINAL_NORM_WEIGHT, [hidden]);
  if (config.hasOwnHead) shapes.set(OWN_HEAD_WEIGHT, [config.vocabularySize, hidden]);
  return shapes;
}

export function countParameters(config: DecoderConfig): number {
  let total = 0;
  for (const shape of decoderWeightShapes(config).values()) total += shape.reduce((left, right) => left * right, 1);
  return total;
}

/**
 * Fresh weights: norms are one, biases zero, the rest is normal with standard deviation 0.02, and the two projections that write into
 * the residual stream are scaled by 1/sqrt(2 · layers) (Radford et al. 2019, section 2.3).
 */
export function initializeDecoderWeights(config: DecoderConfig, random: Random): DecoderWeights {
  const residualScale = 1 / Math.sqrt(2 * config.layers);
  const weights = new Map<string, WeightTensor>();
  for (const [name, shape] of decoderWeightShapes(config)) {
    const data = new Float32Array(shape.reduce((left, right) => left * right, 1));
    const isResidual = name.includes('o_proj') || name.includes('down_proj');
    const deviation = 0.02 * (isResidual ? residualScale : 1);
    if (name.includes('norm')) data.fill(1);
    else if (!name.endsWith('.bias'))
      for (let index = 0; index < data.length; index += 1) data[index] = deviation * standardNormal(random);
    weights.set(name, { shape, data });
  }
  return weights;
}

/** Box and Muller's transform; one of the two values is enough here. */
function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/**
 * Checks that exactly the tensors of `config` are there, each with its shape. What some files hold besides is dropped: a head that is
 * the embedding, and the frequencies of the positions.
 * @throws WeightsError naming the first tensor that is missing, unknown or of the wrong shape
 */
export function checkDecoderWeights(config: DecoderConfig, tensors: DecoderWeights): DecoderWeights {
  const checked = new Map<string, WeightTensor>();
  const shapes = decoderWeightShapes(config);
  const remedy = 'Use model.safetensors and config.json of the same model.';
  for (const [name, shape] of shapes) {
    const tensor = tensors.get(name);
    if (!tensor) throw new WeightsError(`The weights lack the tensor ${name}.`, { remedy });
    if (tensor.shape.join() !== shape.join()) {
      const found = `[${tensor.shape.join(', ')}]`;
      throw new WeightsError(`The tensor ${name} has shape ${found} where the config says [${shape.join(', ')}].`, {
        remedy,
      });
    }
    checked.set(name, tensor);
  }
  for (const name of tensors.keys()) {
    if (!shapes.has(name) && name !== OWN_HEAD_WEIGHT && !name.endsWith('.rotary_emb.inv_freq')) {
      throw new WeightsError(`The weights have a tensor that the config does not know: ${name}.`, { remedy });
    }
  }
  return checked;
}
