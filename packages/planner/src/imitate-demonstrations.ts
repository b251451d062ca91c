import { Random } from '@rsim/core';
import type { Demonstration, ImitationBatch, ImitationReport } from './imitation-update.js';

/** A planner that can learn from demonstrations. */
export interface ImitatingPlanner {
  imitate(batch: ImitationBatch): Promise<ImitationReport>;
}

export interface ImitationOptions {
  readonly planner: ImitatingPlanner;
  readonly demonstrations: readonly Demonstration[];
  readonly seed: number;
  /** Passes over all demonstrations; 4 by default. */
  readonly epochs?: number;
  /** Demonstrations per gradient step; 32 by default. */
  readonly batch?: number;
  /** Learning rate at the start, falling linearly to a tenth; 1e-2 by default. */
  readonly learningRate?: number;
  /** Called after every epoch with its means, and why steps of it were taken back. */
  readonly onEpoch?: (epoch: number, report: ImitationReport) => void;
  /** Called after every gradient step; `done` are those of all epochs. */
  readonly onStep?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/** How many gradient steps {@link imitateDemonstrations} takes. */
export function imitationSteps(demonstrations: number, epochs = 4, batch = 32): number {
  return epochs * Math.ceil(demonstrations / batch);
}

/**
 * Warm start by imitation: cross-entropy on the choices of demonstrated episodes, in seeded random order.
 *
 * @returns The last epoch's means over its choices, each as found before the step that learned from it; steps that were taken
 * back are not among them.
 * @throws The signal's reason when it ends the work.
 */
export async function imitateDemonstrations(options: ImitationOptions): Promise<ImitationReport> {
  const { planner, demonstrations, epochs = 4, batch: size = 32, learningRate = 1e-2, seed, signal } = options;
  const steps = imitationSteps(demonstrations.length, epochs, size);
  let done = 0;
  let last: ImitationReport = { choices: 0, loss: 0, agreement: 0, skipped: [] };
  for (let epoch = 1; epoch <= epochs; epoch += 1) {
    const order = Random.of(seed, 'imitation', epoch).shuffle(demonstrations);
    const total = { choices: 0, loss: 0, agreement: 0 };
    const skipped: string[] = [];
    for (let start = 0; start < order.length; start += size) {
      signal?.throwIfAborted();
      const found = await planner.imitate({
        demonstrations: order.slice(start, start + size),
        learningRate: learningRate * (1 - (0.9 * done) / steps),
        maxGradientNorm: 1,
      });
      done += 1;
      options.onStep?.(done);
      skipped.push(...found.skipped);
      total.choices += found.choices;
      total.loss += found.loss * found.choices;
      total.agreement += found.agreement * found.choices;
    }
    const { choices } = total;
    const mean = (sum: number) => sum / Math.max(1, choices);
    last = { choices, loss: mean(total.loss), agreement: mean(total.agreement), skipped };
    options.onEpoch?.(epoch, last);
  }
  return last;
}
