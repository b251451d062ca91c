import type { DecideOptions, Decision, Planner, PlannerState } from '../planner.js';
import { choiceAt } from '../planner-contract.js';
import type { StrategySet } from '../strategy.js';
import { Flaws } from './flaws.js';

/** Probabilities may differ by this much for the order in which sums are taken. */
const tolerance = 1e-4;

/**
 * What every planner must do, tried on this one: decide for every state, within the strategy set, with a distribution
 * that is one and says how likely the choice was; repeat itself under the same seed, and take no notice of the batch.
 *
 * @returns one sentence for each flaw; empty when there is none.
 */
export async function plannerFlaws(planner: Planner, strategySet: StrategySet): Promise<string[]> {
  const flaws = new Flaws();
  const states = sampleStates(strategySet);
  const seeds = states.map((_, index) => index + 1);
  const decide = async (batch: readonly PlannerState[], options: DecideOptions): Promise<readonly Decision[]> => {
    const decisions = await planner.decide(batch.map(copy), options);
    batch.forEach((_, index) => choiceAt(decisions, index, batch.length, planner.name, strategySet));
    return decisions;
  };
  flaws.expect(planner.name !== '', 'it has no name');
  for (const greedy of [true, false]) {
    const how = greedy ? 'deciding greedily' : 'sampling';
    await flaws.part(how, async () => {
      const together = await decide(states, { greedy, seeds });
      for (const decision of together) distributionFlaws(flaws, decision, strategySet, greedy);
      const again = await decide(states, { greedy, seeds });
      flaws.expect(together.every(sameAs(again)), `${how}: the same seeds do not give the same decisions`);
      const alone: Decision[] = [];
      for (const [index, state] of states.entries()) {
        alone.push(...(await decide([state], { greedy, seeds: seeds.slice(index, index + 1) })));
      }
      flaws.expect(together.every(sameAs(alone)), `${how}: a decision depends on the rest of its batch`);
    });
  }
  await flaws.part('an empty batch', async () => {
    flaws.expect((await planner.decide([], { greedy: true, seeds: [] })).length === 0, 'an empty batch is decided');
  });
  return flaws.found;
}

function distributionFlaws(flaws: Flaws, decision: Decision, { strategies }: StrategySet, greedy: boolean): void {
  const { probabilities, logProbability, strategy } = decision;
  const chosen = probabilities[strategies.findIndex(({ id }) => id === strategy)] ?? 0;
  const total = probabilities.reduce((sum, probability) => sum + probability, 0);
  const isDistribution = probabilities.every((probability) => probability >= 0) && Math.abs(total - 1) <= tolerance;
  flaws.expect(isDistribution, 'its probabilities are no distribution');
  flaws.expect(chosen > 0, 'it chooses what it gives no probability');
  flaws.expect(
    Math.abs(Math.exp(logProbability) - chosen) <= tolerance,
    'the log-probability is not that of the choice',
  );
  if (greedy)
    flaws.expect(chosen >= Math.max(...probabilities) - tolerance, 'greedy is not the most probable strategy');
}

function sameAs(others: readonly Decision[]): (decision: Decision, index: number) => boolean {
  return ({ strategy, probabilities }, index) => {
    const other = others[index];
    const isNear = probabilities.every((value, at) => Math.abs(value - (other?.probabilities[at] ?? 2)) <= tolerance);
    return strategy === other?.strategy && isNear;
  };
}

/** States as an episode would make them, empty texts and strange characters among them. */
function sampleStates({ strategies }: StrategySet): PlannerState[] {
  const texts = ['a = 12 + 30 = 42', '', 'ok\nb = 7', 'naïve — “quoted” 🙂', 'x'.repeat(400)];
  const steps = texts.map((text, index) => ({ strategy: strategies[index % strategies.length]?.id ?? '', text }));
  const questions = ['Ann has 12 apples and buys 30. How many has she now?', '', 'List: 3 1 2. Sort it.'];
  return questions.flatMap((question) =>
    [0, 1, steps.length].map((count) => ({ question, steps: steps.slice(0, count) })),
  );
}

/** A planner may remember states by identity; the suite wants it to compute. */
function copy({ question, steps }: PlannerState): PlannerState {
  return { question, steps: steps.map((step) => ({ ...step })) };
}
