/** How far a stage of training is. */
export interface StageMoment {
  /** Iterations done. */
  readonly iteration: number;
  /** Of the whole stage. */
  readonly iterations: number;
}

/** From one value to another in equal steps; the end is what would come after the last iteration. */
export function linearAt(from: number, to: number, { iteration, iterations }: StageMoment): number {
  return from + (to - from) * (iteration / iterations);
}

export interface LearningRateSchedule {
  readonly learningRate: number;
  /** Learning rate at the end, as a multiple of the first; linear between. */
  readonly finalLearningRate: number;
  /** Iterations over which the rate rises to what it would be without a warm-up (Goyal et al., arXiv 1706.02677, section 2.2). */
  readonly warmUp: number;
}

export function learningRateAt(
  { learningRate, finalLearningRate, warmUp }: LearningRateSchedule,
  moment: StageMoment,
): number {
  const warmth = Math.min(1, (moment.iteration + 1) / Math.max(1, warmUp));
  return learningRate * linearAt(1, finalLearningRate, moment) * warmth;
}
