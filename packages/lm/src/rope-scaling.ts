import { z } from 'zod';

/** How rotary positions are slowed down for texts longer than those that a model was first trained on. */
export type RopeScaling =
  /** Every frequency divided by the factor (Chen et al. 2023, position interpolation). */
  { readonly kind: 'linear'; readonly factor: number } | Llama3Scaling;

/**
 * Llama 3.1's: frequencies that turn more than `highFrequencyFactor` times over `originalPositions` tokens stay, those that turn
 * less than `lowFrequencyFactor` times are divided by the factor, and between them the share of each goes over.
 */
export interface Llama3Scaling {
  readonly kind: 'llama3';
  readonly factor: number;
  readonly lowFrequencyFactor: number;
  readonly highFrequencyFactor: number;
  /** Tokens of the texts that the model was first trained on. */
  readonly originalPositions: number;
}

/** By what a frequency, in radians per token, is divided. As `modeling_rope_utils.py` of transformers has it. */
export function frequencyDivisor(scaling: RopeScaling, frequency: number): number {
  if (scaling.kind === 'linear') return scaling.factor;
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalPositions } = scaling;
  const turns = (originalPositions * frequency) / (2 * Math.PI);
  const kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
  return 1 / ((1 - kept) / factor + kept);
}

const factor = z.number().min(1);
const scalings: Readonly<Record<string, z.ZodType<RopeScaling | null>>> = {
  default: z.looseObject({}).transform(() => null),
  linear: z.looseObject({ factor }).transform((published) => ({ kind: 'linear' as const, factor: published.factor })),
  llama3: z
    .looseObject({
      factor,
      low_freq_factor: z.number().positive(),
      high_freq_factor: z.number().positive(),
      original_max_position_embeddings: z.int().positive(),
    })
    .refine((published) => published.high_freq_factor > published.low_freq_factor, {
      path: ['high_freq_factor'],
      message: 'must be above low_freq_factor',
    })
    .transform((published) => ({
      kind: 'llama3' as const,
      factor: published.factor,
      lowFrequencyFactor: published.low_freq_factor,
      highFrequencyFactor: published.high_freq_factor,
      originalPositions: published.original_max_position_embeddings,
    })),
};

/** `rope_scaling` of a published config.json, or `rope_parameters`, where transformers 5 writes the base as well. */
export const publishedRope = z
  .looseObject({
    rope_type: z.string().optional(),
    /** The older name. */
    type: z.string().optional(),
    rope_theta: z.number().positive().optional(),
  })
  .transform((published, context) => {
    const kind = published.rope_type ?? published.type ?? 'default';
    const parsed = Object.hasOwn(scalings, kind) ? scalings[kind]?.safeParse(published) : undefined;
    if (!parsed) context.addIssue(`positions scaled by "${kind}" are not supported`);
    for (const { path, message } of parsed?.error?.issues ?? []) context.addIssue({ code: 'custom', path, message });
    return { theta: published.rope_theta, scaling: parsed?.data ?? null };
  });
