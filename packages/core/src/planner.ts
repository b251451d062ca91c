/**
 * What a leader sees: text only, so that it plugs into followers it never met. One object lives as long as its episode
 * and only ever grows, so a planner may keep what it computed for it in a WeakMap.
 */
export interface PlannerState {
  readonly question: string;
  /** Steps so far, in order: the strategy that was injected and the text that came of it. */
  readonly steps: readonly { readonly strategy: string; readonly text: string }[];
}

/** One choice of a leader. */
export interface Decision {
  /** Id of the chosen strategy. */
  readonly strategy: string;
  /** Natural log of the probability with which it was chosen. */
  readonly logProbability: number;
  /** The whole distribution, in the order of the strategy set. */
  readonly probabilities: readonly number[];
  /** Composite reward that the leader expects of the episode from here, where it estimates one. */
  readonly value?: number;
}

export interface DecideOptions {
  /** Takes the most probable strategy instead of sampling. */
  readonly greedy: boolean;
  /** One seed per state for sampling; unused when greedy. */
  readonly seeds: readonly number[];
}

/** The leader: chooses the strategy of the next step, for a whole batch of episodes at once. */
export interface Planner {
  readonly name: string;
  decide(states: readonly PlannerState[], options: DecideOptions): Promise<readonly Decision[]>;
}
