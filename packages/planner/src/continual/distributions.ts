import type { Episode, Planner, PlannerState } from '@rsim/core';

/**
 * What `planner` would have said at every decision of each episode: distributions over strategies, `null` at steps that were
 * not the leader's.
 */
export async function distributionsOf(
  planner: Planner,
  episodes: readonly Episode[],
): Promise<(readonly number[] | null)[][]> {
  const read = episodes.map(({ problem, steps }) => {
    // One object that grows, as in an episode, so that a planner reads no step twice.
    const state: PlannerState & { readonly steps: PlannerState['steps'][number][] } = {
      question: problem.question,
      steps: [],
    };
    return { state, steps, said: [] as (readonly number[] | null)[] };
  });
  const longest = Math.max(0, ...episodes.map(({ steps }) => steps.length));
  for (let time = 0; time < longest; time += 1) {
    const asked = read.filter(({ steps }) => (steps[time]?.decision ?? null) !== null);
    const decisions = await planner.decide(
      asked.map(({ state }) => state),
      { greedy: true, seeds: asked.map(() => 0) },
    );
    const answers = new Map(asked.map(({ state }, index) => [state, decisions[index]!.probabilities]));
    for (const { state, steps, said } of read) {
      const step = steps[time];
      if (step === undefined) continue;
      said.push(answers.get(state) ?? null);
      state.steps.push({ strategy: step.strategy ?? '', text: step.text });
    }
  }
  return read.map(({ said }) => said);
}
