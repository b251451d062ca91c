/**
 * Unbiased estimate of pass@k, the probability that at least one of k samples is right, from n samples of which c are:
 * 1 − C(n − c, k) / C(n, k) (Chen et al. 2021, arXiv 2107.03374, equation 1), as a product that cannot overflow.
 *
 * @throws RangeError unless 0 ≤ c ≤ n and 1 ≤ k ≤ n, all integers.
 */
export function passAtK(samples: number, correct: number, k: number): number {
  const whole = [samples, correct, k].every(Number.isInteger);
  if (!whole || correct < 0 || correct > samples || k < 1 || k > samples) {
    throw new RangeError(`passAtK(${samples}, ${correct}, ${k}): needs 0 ≤ correct ≤ samples and 1 ≤ k ≤ samples`);
  }
  if (samples - correct < k) return 1;
  let allWrong = 1;
  for (let index = samples - correct + 1; index <= samples; index += 1) allWrong *= 1 - k / index;
  return 1 - allWrong;
}
