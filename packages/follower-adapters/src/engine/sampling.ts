/** Below this no token is ever drawn: e^-34 is less than the smallest step of a 53-bit uniform number. */
const NEGLIGIBLE = -34;

/**
 * Draws a token among the allowed ones by inverting the distribution function at one uniform number.
 *
 * @param logProbabilities one row, natural log, temperature 1
 * @param allowed 1 for each token that may be drawn
 * @param uniform gives numbers in [0, 1)
 * @param temperature 0 takes the most probable allowed token and draws no number
 */
export function sampleToken(
  logProbabilities: Float32Array,
  allowed: Uint8Array,
  temperature: number,
  uniform: () => number,
): number {
  const best = mostProbable(logProbabilities, allowed);
  if (temperature === 0) return best;
  const highest = logProbabilities[best] as number;
  const candidates: number[] = [];
  const masses: number[] = [];
  let total = 0;
  for (let token = 0; token < logProbabilities.length; token += 1) {
    const exponent = ((logProbabilities[token] as number) - highest) / temperature;
    if (allowed[token] !== 1 || exponent < NEGLIGIBLE) continue;
    total += Math.exp(exponent);
    candidates.push(token);
    masses.push(total);
  }
  const threshold = uniform() * total;
  return candidates[masses.findIndex((mass) => threshold < mass)] ?? best;
}

function mostProbable(logProbabilities: Float32Array, allowed: Uint8Array): number {
  let best = -1;
  for (let token = 0; token < logProbabilities.length; token += 1) {
    if (allowed[token] !== 1) continue;
    if (best < 0 || (logProbabilities[token] as number) > (logProbabilities[best] as number)) best = token;
  }
  return best;
}
