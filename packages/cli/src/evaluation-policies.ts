import { ConfigError, type Planner, type Problem, type RsimConfig, type StrategySet, type TaskSuite } from '@rsim/core';
import {
  alonePolicy,
  fixedPolicy,
  noCheckPolicy,
  oraclePolicy,
  plannerPolicy,
  randomCheckPolicy,
  randomPolicy,
  selfConsistencyPolicy,
  type Policy,
  type Schedule,
  type StepJudge,
  type TrainedPlanner,
} from '@rsim/evaluation';
import { judgeStep, Oracle, ProgramIndex, type OracleOptions, type Program } from '@rsim/microworld';
import { hasProgram } from './scripted-world.js';

export interface PolicySources {
  readonly trained: TrainedPlanner;
  /** The best fixed schedule of each suite, by its name; searched on training problems. */
  readonly schedules: Readonly<Record<string, Schedule>>;
  readonly strategySet: StrategySet;
  readonly suites: readonly TaskSuite[];
}

type PolicyName = RsimConfig['evaluation']['policies'][number];

/** The policies that an evaluation can ask for by name. */
const makers: Readonly<Record<PolicyName, (sources: PolicySources) => Policy>> = {
  planner: ({ trained }) => plannerPolicy(trained),
  alone: () => alonePolicy(),
  random: () => randomPolicy(),
  fixed: ({ schedules }) => fixedPolicy(schedules),
  'self-consistency': () => selfConsistencyPolicy(),
  'self-consistency-8': () => selfConsistencyPolicy({ samples: 8 }),
  oracle: (sources) => oraclePolicy({ make: oracleOf(sources, true) }),
  'oracle-no-check': (sources) => oraclePolicy({ name: 'oracle-no-check', make: oracleOf(sources, false) }),
  'no-check': ({ trained }) => noCheckPolicy(trained),
  'random-check': ({ trained }) => randomCheckPolicy(trained),
};

export function evaluationPolicies(names: readonly PolicyName[], sources: PolicySources): Policy[] {
  return names.map((name) => makers[name](sources));
}

/** An oracle for one problem whose program is known. */
function oracleOf({ strategySet, suites }: PolicySources, mayCheck: boolean): (problem: Problem) => Planner {
  const budgets = new Map(suites.map(({ name, budget }) => [name, budget.tokens - budget.answerTokens]));
  return (problem) => {
    const programs = new ProgramIndex();
    programs.add(withProgram(problem));
    const options: OracleOptions = {
      strategies: strategySet.strategies.map(({ id }) => id),
      mayCheck,
      // The better of the three for each: one that may check need not be careful, and saves the tokens.
      careful: mayCheck ? 'sums' : 'hard',
      tokens: () => budgets.get(problem.suite) ?? Infinity,
    };
    return new Oracle(programs, options);
  };
}

/** Judges steps of problems whose program is known; has nothing to say of others. */
export const stepJudge: StepJudge = (problem, steps, index) =>
  hasProgram(problem) ? judgeStep(problem.data, steps, index) : null;

function withProgram(problem: Problem): Problem<Program> {
  if (hasProgram(problem)) return problem;
  throw new ConfigError(`the oracle cannot solve problems of suite "${problem.suite}"`, {
    remedy: 'Leave "oracle" and "oracle-no-check" out of evaluation.policies, or evaluate the procedural suites only.',
  });
}
