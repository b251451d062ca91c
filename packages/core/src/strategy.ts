/** One reasoning strategy the leader can inject before the follower's next step (rSIM, section 3: nine of them). */
export interface Strategy {
  /** Stable identifier, kebab-case, e.g. `self-reflection`. */
  readonly id: string;
  readonly title: string;
  /** The natural-language prompt a general LLM is given. A follower may render it its own way (injection template). */
  readonly prompt: string;
  /** Whether choosing it ends the episode with the final answer. Exactly one strategy of a set is terminal. */
  readonly terminal: boolean;
}

/** The leader's action space; the position of a strategy is its action index. */
export interface StrategySet {
  readonly name: string;
  readonly strategies: readonly Strategy[];
}
