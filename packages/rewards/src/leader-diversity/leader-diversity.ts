import { defineReward, noOptions } from '../define-reward.js';

/**
 * How evenly the leader spread its steps over strategies: their entropy as a share of what so many steps, or so many strategies,
 * allow. Against collapse to one strategy (R_penalty of rSIM, section 3, is its other side); our choice.
 */
export const leaderDiversity = defineReward({
  name: 'leader-diversity',
  role: 'leader',
  weight: 0.05,
  description: 'Entropy of the strategies used, as a share of the largest there could be, from 0 to 1.',
  options: noOptions,
  score: ({ planner, end, steps }) => {
    if (planner === null || end === 'error') return null;
    const led = steps.flatMap(({ decision }) => (decision === null ? [] : [decision]));
    const [first] = led;
    if (first === undefined) return null;
    const most = Math.min(led.length, first.probabilities.length);
    if (most < 2) return 0;
    const counts = new Map<string, number>();
    for (const { strategy } of led) counts.set(strategy, (counts.get(strategy) ?? 0) + 1);
    const shares = [...counts.values()].map((count) => count / led.length);
    const entropy = shares.reduce((sum, share) => sum - share * Math.log(share), 0);
    return Math.min(1, entropy / Math.log(most));
  },
});
