/** The decisions of one episode in order, or the tokens of one text; all lists are of one length. */
export interface DecisionSequence {
  /** Natural log of the probability that the policy being learned gives to what was done. */
  readonly logProbabilities: readonly number[];
  /** The same of the policy that acted. */
  readonly oldLogProbabilities: readonly number[];
  readonly advantages: readonly number[];
  /** The same of a policy not to stray from; needed where the KL term has a weight. */
  readonly referenceLogProbabilities?: readonly number[];
}

/** The trusted range of probability ratios is [1 − below, 1 + above]. */
export interface ClipRange {
  readonly below: number;
  readonly above: number;
}

/** What is minimised of one decision. */
export interface SurrogateTerm {
  readonly loss: number;
  /** Slope of the whole sequence's summed loss by this decision's log-probability. */
  readonly slope: number;
  /** New over old probability, as this surrogate has it. */
  readonly ratio: number;
  /** Whether the range held it, so that there is no slope. */
  readonly isClipped: boolean;
}

/**
 * The clipped surrogate with a ratio for each decision (PPO, arXiv 1707.06347, equation 7). A wider range above than below
 * (clip-higher of DAPO, arXiv 2503.14476, section 3.1) leaves unlikely decisions more room to grow.
 *
 *     −min(ρA, clip(ρ, 1 − below, 1 + above)·A)      ρ = π(a|s) / π_old(a|s)
 */
export function clippedSurrogate(sequence: DecisionSequence, range: ClipRange): SurrogateTerm[] {
  const { logProbabilities, oldLogProbabilities, advantages } = sequence;
  return advantages.map((advantage, place) =>
    clippedTerm(Math.exp(logProbabilities[place]! - oldLogProbabilities[place]!), advantage, range),
  );
}

/**
 * The clipped surrogate with one ratio for the whole sequence, its length taken out (GSPO, arXiv 2507.18071, equations 5 to
 * 7): one odd decision neither blows the ratio up nor is held alone. Where the decisions have advantages of their own, the
 * slope is that of GSPO-token (equation 13), which takes the ratio's value as given.
 *
 *     −min(sA, clip(s, 1 − below, 1 + above)·A)      s = (π(o|q) / π_old(o|q))^(1/|o|)
 */
export function sequenceSurrogate(sequence: DecisionSequence, range: ClipRange): SurrogateTerm[] {
  const { logProbabilities, oldLogProbabilities, advantages } = sequence;
  const sum = logProbabilities.reduce((total, each, place) => total + each - oldLogProbabilities[place]!, 0);
  const ratio = Math.exp(sum / advantages.length);
  return advantages.map((advantage) => clippedTerm(ratio, advantage, range));
}

/** The term of one decision with this ratio; d(ratio)/d(log-probability) is the ratio, in both surrogates. */
function clippedTerm(ratio: number, advantage: number, { below, above }: ClipRange): SurrogateTerm {
  const trusted = Math.min(Math.max(ratio, 1 - below), 1 + above);
  const isClipped = trusted * advantage < ratio * advantage;
  return {
    loss: -(isClipped ? trusted : ratio) * advantage,
    slope: isClipped ? 0 : -ratio * advantage,
    ratio,
    isClipped,
  };
}

/** The surrogates by the names that a configuration gives. */
export const surrogates = { ppo: clippedSurrogate, gspo: sequenceSurrogate } as const;
export type SurrogateName = keyof typeof surrogates;
