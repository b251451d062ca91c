import type { EpisodeStep } from '@rsim/core';
import { z } from 'zod';
import { defineReward } from '../define-reward.js';

/**
 * R_penalty of rSIM's leader (section 3), against degenerate use of strategies: minus the share of its steps that are
 * repeats. The paper does not say what counts as repetition; what does here is our choice:
 *
 * - a step with the strategy and the text of an earlier one;
 * - from the third of one strategy in a row on, a step without a line that was not written before.
 */
export const leaderRepetition = defineReward({
  name: 'leader-repetition',
  role: 'leader',
  weight: 0.3,
  description: 'Minus the share of steps that repeat earlier ones, from -1 to 0.',
  options: z.strictObject({
    run: z
      .int()
      .min(2)
      .default(3)
      .describe('From which step in a row under one strategy on a step must add a new line.'),
  }),
  score: ({ planner, end, steps }, { run }) => {
    if (planner === null || end === 'error') return null;
    const led = steps.filter(({ decision }) => decision !== null);
    if (led.length === 0) return null;
    const repeats = led.filter((_, index) => isRepeat(led, index, run));
    return 0 - repeats.length / led.length;
  },
});

function isRepeat(steps: readonly EpisodeStep[], index: number, run: number): boolean {
  const [step, earlier] = [steps[index] as EpisodeStep, steps.slice(0, index)];
  const text = lines(step).join('\n');
  if (earlier.some((past) => past.strategy === step.strategy && lines(past).join('\n') === text)) return true;
  const before = steps.slice(Math.max(0, index - run + 1), index);
  if (before.length < run - 1 || before.some(({ strategy }) => strategy !== step.strategy)) return false;
  const written = new Set(earlier.flatMap(lines));
  return lines(step).every((line) => written.has(line));
}

/** The lines of a step that say something, white space folded. */
function lines({ text }: EpisodeStep): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '');
}
