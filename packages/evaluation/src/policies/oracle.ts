import { PlannerError, type Planner, type PlannerState, type Problem } from '@rsim/core';
import { oneEpisodeEach } from './guided.js';
import type { Policy } from './policy.js';

/** Makes a planner that knows one problem's solution. */
export type OracleFactory = (problem: Problem) => Planner;

/** One planner that hands every state to the planner made for its problem. */
export function perProblemPlanner(name: string, problems: readonly Problem[], make: OracleFactory): Planner {
  const planners = new Map<string, Planner>();
  const byQuestion = new Map(problems.map((problem) => [problem.question, problem]));
  const plannerOf = ({ question }: PlannerState): Planner => {
    const problem = byQuestion.get(question);
    if (problem === undefined) {
      throw new PlannerError(`${name} was asked about a problem it does not know: ${question.slice(0, 80)}`, {
        remedy: 'Make the oracle for the problems it is evaluated on.',
      });
    }
    const planner = planners.get(question) ?? make(problem);
    planners.set(question, planner);
    return planner;
  };
  return {
    name,
    decide: async (states, { greedy, seeds }) => {
      const one = async (state: PlannerState, row: number) => {
        const [decision] = await plannerOf(state).decide([state], { greedy, seeds: [seeds[row] ?? 0] });
        if (decision === undefined) throw new PlannerError(`${name} decided nothing`, { remedy: 'Mend the oracle.' });
        return decision;
      };
      return Promise.all(states.map(one));
    },
  };
}

export interface OracleOptions {
  /** Planner of one problem. */
  readonly make: OracleFactory;
  /** `oracle` by default; e.g. `oracle-no-check` for one that may not check. */
  readonly name?: string;
  readonly fingerprint?: string;
}

/** `oracle`: a planner that reads the true solution, an upper mark that no planner of text can be expected to reach. */
export function oraclePolicy({ make, name = 'oracle', fingerprint = '' }: OracleOptions): Policy {
  return {
    name,
    trainedOn: null,
    after: [],
    fingerprint,
    run: (setting) =>
      oneEpisodeEach(setting, { planner: perProblemPlanner(name, setting.problems, make), greedy: true }),
  };
}
