import { z } from 'zod';
import type { UpdateSettings } from './trainable-planner.js';

const share = z.number().min(0).max(1);

/** Options of one stage of leader training. */
export const trainingOptionsSchema = z.strictObject({
  iterations: z.int().min(1).describe('Updates of this stage.'),
  problems: z.int().min(1).default(24).describe('Problems per iteration.'),
  groupSize: z.int().min(2).default(8).describe('Episodes of each problem (G).'),
  temperature: z.number().min(0).default(0.7).describe("The follower's softmax temperature."),
  epochs: z.int().min(1).default(3).describe('Passes over each batch.'),
  clip: share.default(0.2).describe('Half-width of the trusted range of probability ratios.'),
  learningRate: z.number().positive().default(3e-3).describe('Learning rate at the start.'),
  finalLearningRate: share.default(0.3).describe('Learning rate at the end, as a share of the first; linear between.'),
  entropy: z.number().min(0).default(0.03).describe('Weight of the entropy bonus at the start.'),
  finalEntropy: share.default(0.2).describe('Weight of the entropy bonus at the end, as a share of the first.'),
  maxGradientNorm: z.number().positive().default(1).describe('Largest length of the gradient.'),
  curriculum: z
    .strictObject({
      budgetMultiple: z.number().min(1).default(1).describe('Token budget at the start, as a multiple of the final one.'),
      until: share.default(0.5).describe('Share of the iterations over which the multiple falls to 1.'),
    })
    .prefault({})
    .describe('A generous token budget first: under a strict one alone, long solutions are never found.'),
});

export type TrainingOptions = z.infer<typeof trainingOptionsSchema>;
export type TrainingInput = z.input<typeof trainingOptionsSchema>;

/** How iteration `iteration` (from 0) learns. */
export function settingsAt(options: TrainingOptions, iteration: number): UpdateSettings {
  const progress = iteration / options.iterations;
  const { epochs, clip, maxGradientNorm } = options;
  return {
    epochs,
    clip,
    maxGradientNorm,
    learningRate: options.learningRate * between(1, options.finalLearningRate, progress),
    entropy: options.entropy * between(1, options.finalEntropy, progress),
  };
}

/** Multiple of the token budget at iteration `iteration` (from 0): linear down to 1, then 1. */
export function budgetMultipleAt({ curriculum, iterations }: TrainingOptions, iteration: number): number {
  const { budgetMultiple, until } = curriculum;
  const last = until * iterations;
  return iteration >= last ? 1 : between(budgetMultiple, 1, iteration / last);
}

function between(from: number, to: number, progress: number): number {
  return from + (to - from) * progress;
}
