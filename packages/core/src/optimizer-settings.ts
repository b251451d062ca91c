/** Settings of Adam with decoupled weight decay (arXiv 1412.6980, 1711.05101), of either role. */
export interface OptimizerSettings {
  readonly learningRate: number;
  /** Longest gradient, all weights together; longer ones are shortened to it. 1 by default. */
  readonly maxGradientNorm?: number;
  /** How much the running mean of the gradient (β₁) and that of its square (β₂) keep in a step; by default the role's own. */
  readonly beta1?: number;
  readonly beta2?: number;
  /** Decay of matrices, not of vectors, per unit of the learning rate; 0 by default. */
  readonly weightDecay?: number;
}
