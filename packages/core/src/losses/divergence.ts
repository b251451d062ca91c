/** An estimate of the divergence from a reference at one decision that the policy drew. */
export interface DivergenceTerm {
  readonly value: number;
  /** Slope of the value by the policy's log-probability of what was done. */
  readonly slope: number;
}

/**
 * Estimators of KL(π ‖ π_ref) from a decision drawn from π (Schulman 2020, "Approximating KL divergence",
 * joschu.net/blog/kl-approx.html), with r = π_ref(a|s) / π(a|s):
 *
 * - `k1`: −ln r. Unbiased, of either sign. As a loss its slope is 1 for every decision, which on average moves nothing: for
 *   reports and for comparison, not for learning.
 * - `k2`: (ln r)² / 2. Biased, but its slope −ln r is on average that of the divergence itself.
 * - `k3`: r − 1 − ln r. Unbiased and never negative (GRPO, arXiv 2402.03300, equation 4); its slope 1 − r is on average that
 *   of the reverse, KL(π_ref ‖ π), which differs little while the two are near.
 */
export const divergences = {
  k1: (current: number, reference: number): DivergenceTerm => ({ value: current - reference, slope: 1 }),
  k2: (current: number, reference: number): DivergenceTerm => ({
    value: (current - reference) ** 2 / 2,
    slope: current - reference,
  }),
  k3: (current: number, reference: number): DivergenceTerm => {
    const ratio = Math.exp(reference - current);
    return { value: ratio - 1 - (reference - current), slope: 1 - ratio };
  },
} as const;
export type DivergenceName = keyof typeof divergences;
