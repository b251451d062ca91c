import { join } from 'node:path';
import { CheckpointError } from '@rsim/core';
import type { TrainablePlanner } from '../trainable-planner.js';
import { ContinualPlanner } from './continual-planner.js';

/** One task of a sequence, or several that are learned together. */
export interface TaskStep {
  readonly name: string;
  /** Trains to the end, and goes on where it was stopped; throws when it is stopped again. */
  train(planner: TrainablePlanner): Promise<void>;
}

export interface TrainTasksOptions {
  readonly planner: ContinualPlanner;
  readonly steps: readonly TaskStep[];
  /** Where the planner after each step is kept, in folders `0` (untrained), `1`, … */
  readonly folder: string;
  /**
   * Called before the first step with 0 and after each with the number of steps done; also for those that were done when a
   * sequence is resumed. `planner` is then as that step left it, and is kept in `saved`.
   */
  readonly onStep: (done: number, saved: string) => void | Promise<void>;
  /** Told of each damaged folder, whose step is done again. */
  readonly onRefused?: (error: CheckpointError) => void;
}

/**
 * Trains one planner on task after task. A sequence that is stopped (by a step that throws, or by a crash) and started
 * again goes on with the step it was in, and gives the same numbers as one that never was.
 */
export async function trainTasks({ planner, steps, folder, onStep, onRefused }: TrainTasksOptions): Promise<void> {
  for (let done = 0; done <= steps.length; done += 1) {
    const saved = join(folder, String(done));
    if (!(await takeUp(planner, saved, onRefused))) {
      const step = steps[done - 1];
      if (step !== undefined) {
        planner.task = step.name;
        await step.train(planner);
        await planner.endTask();
      }
      await planner.save(saved);
    }
    await onStep(done, saved);
  }
}

/** Whether the planner that was kept there could be loaded. */
async function takeUp(
  planner: ContinualPlanner,
  saved: string,
  onRefused: TrainTasksOptions['onRefused'],
): Promise<boolean> {
  if (!ContinualPlanner.isSaved(saved)) return false;
  try {
    await planner.load(saved);
    return true;
  } catch (thrown) {
    if (!(thrown instanceof CheckpointError)) throw thrown;
    onRefused?.(thrown);
    return false;
  }
}
