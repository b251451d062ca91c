export interface LearningRateSchedule {
  /** The highest rate, reached at the end of the warm-up. */
  readonly learningRate: number;
  /** Steps of linear rise. */
  readonly warmupSteps: number;
  /** All steps; at the end the rate is a tenth of the highest. */
  readonly steps: number;
}

const FINAL_SHARE = 0.1;

/** Linear rise, then half a cosine down (Loshchilov and Hutter 2017). `step` is from 1. */
export function learningRateAt({ learningRate, warmupSteps, steps }: LearningRateSchedule, step: number): number {
  if (step <= warmupSteps) return (learningRate * step) / warmupSteps;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, steps - warmupSteps));
  return learningRate * (FINAL_SHARE + (1 - FINAL_SHARE) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}
