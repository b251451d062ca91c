/** What an episode may spend; the same for every policy that is compared. */
export interface Budget {
  /** Most steps before the answer is demanded (the answer itself is not counted). */
  readonly steps: number;
  /** Most tokens after the question: injected and written ones together. */
  readonly tokens: number;
  /** Tokens of the above that are kept back so that an answer can always be demanded. */
  readonly answerTokens: number;
}
