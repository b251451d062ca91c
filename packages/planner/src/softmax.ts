/** Log-probabilities of one row of scores; a score of −∞ has log-probability −∞. */
export function logSoftmax(scores: ArrayLike<number>, start = 0, count = scores.length): Float64Array {
  let highest = -Infinity;
  for (let index = 0; index < count; index += 1) highest = Math.max(highest, scores[start + index]!);
  let total = 0;
  for (let index = 0; index < count; index += 1) total += Math.exp(scores[start + index]! - highest);
  const shift = highest + Math.log(total);
  const result = new Float64Array(count);
  for (let index = 0; index < count; index += 1) result[index] = scores[start + index]! - shift;
  return result;
}

/** Entropy in nats of a distribution given by its log-probabilities. */
export function entropyOf(logProbabilities: Float64Array): number {
  let entropy = 0;
  for (const value of logProbabilities) if (value > -Infinity) entropy -= Math.exp(value) * value;
  return entropy;
}
