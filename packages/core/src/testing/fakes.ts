import type { Budget } from '../budget.js';
import { contentKey } from '../content-key.js';
import { defaultStrategies } from '../default-strategies.js';
import type { DecideOptions, Decision, Planner, PlannerState } from '../planner.js';
import type { Problem } from '../problem.js';
import { Random } from '../random.js';
import type { RewardRule } from '../reward.js';
import type { TaskSuite } from '../task-suite.js';

/** A suite of sums. A final text is right when its length is even, so that both verdicts occur. */
export function fakeSuite(budget: Budget): TaskSuite {
  return {
    name: 'sums',
    title: 'Sums',
    domain: 'arithmetic',
    levels: [1],
    budget,
    problems: () => Array.from({ length: 8 }, (_, index) => fakeProblem(index)),
    verify: (_, text) => {
      const isRight = text.length % 2 === 0;
      return { status: isRight ? 'correct' : 'wrong', score: Number(isRight), extracted: text };
    },
    goldText: ({ answer }) => answer,
  };
}

export function fakeProblem(index: number): Problem {
  const question = `How much is ${index} + 1?`;
  const key = contentKey('sums', question);
  return { key, suite: 'sums', level: 1, question, answer: String(index + 1), data: null };
}

/** Samples every strategy alike. */
export const fakePlanner: Planner = {
  name: 'fake',
  decide: async (states: readonly PlannerState[], { seeds }: DecideOptions) =>
    states.map((_, row) => fakeDecision(Random.of(seeds[row] as number).integer(0, 8))),
};

export function fakeDecision(index: number): Decision {
  const { strategies } = defaultStrategies;
  return {
    strategy: strategies[index]?.id ?? 'unknown',
    logProbability: -Math.log(strategies.length),
    probabilities: strategies.map(() => 1 / strategies.length),
  };
}

/** Scores the verdict for the leader and the number of steps for the follower. */
export const fakeRewards: readonly RewardRule[] = [
  { name: 'verdict', role: 'leader', weight: 1, score: ({ verdict }) => verdict?.score ?? null },
  { name: 'steps', role: 'follower', weight: 1, score: ({ steps }) => steps.length },
];
