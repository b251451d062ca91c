import { defaultStrategies, type PlannerState } from '@rsim/core';
import type { BackendName } from '@rsim/lm/backends';
import { GruPlanner, type Demonstration } from '@rsim/planner';
import { report, rateOf } from './measure.js';
import networks from './networks.json' with { type: 'json' };

const { choices, planned } = networks.load;

/**
 * Update: one gradient step on the backend, Adam in JavaScript. Rollout: decisions, in JavaScript on the processor.
 *
 * @param share of the load that an update takes.
 */
export async function loadPlanner(
  size: keyof typeof networks.planner,
  backend: BackendName,
  share: number,
): Promise<void> {
  const trajectories = networks.load.trajectories * share;
  const planner = new GruPlanner(defaultStrategies, 1, { ...networks.planner[size], backend, worker: false });
  const demonstrations = Array.from({ length: trajectories }, (_, index) => demonstration(index));
  const batch = { demonstrations, learningRate: 1e-4, maxGradientNorm: 1 };
  const what = `planner ${size} (${(planner.parameters / 1e6).toFixed(2)}M)`;
  await report(`${what} update, ${backend}`, 'decisions', () =>
    rateOf(trajectories * choices, () => planner.imitate(batch)),
  );
  let wave = 0;
  await report(`${what} rollout, processor`, 'decisions', () =>
    rateOf(planned, () => {
      wave += 1;
      const states = Array.from({ length: planned }, (_, row): PlannerState => {
        return { question: `${wave} and ${row} make how many?`, steps: [] };
      });
      return planner.decide(states, { greedy: true, seeds: [] });
    }),
  );
}

function demonstration(index: number): Demonstration {
  const steps = Array.from({ length: choices - 1 }, (_, step) => {
    const { id } = defaultStrategies.strategies[(index + step) % defaultStrategies.strategies.length]!;
    return { strategy: id, text: `part ${index} of step ${step} is worked out and gives the value ${index * step}` };
  });
  const question = `Ann has ${index % 16} apples. She buys some more of them. How many does she have?`;
  const chosen = Array.from({ length: choices }, (_, step) => (index * step) % defaultStrategies.strategies.length);
  return { trajectory: { question, steps, choices: chosen }, weight: 1 };
}
