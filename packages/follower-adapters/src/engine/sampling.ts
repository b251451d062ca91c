/** Below this no token is ever drawn: e^-34 is less than the smallest step of a 53-bit uniform number. */
const NEGLIGIBLE = -34;

/** Room for the masses of one draw, kept from draw to draw. */
let masses = new Float64Array(0);

/**
 * Draws a token among the allowed ones by inverting the distribution function at one uniform number.
 *
 * @param scores one row of log-probabilities (natural log, temperature 1) or logits
 * @param allowed 1 for each token that may be drawn
 * @param uniform gives numbers in [0, 1)
 * @param temperature 0 takes the most probable allowed token and draws no number
 */
export function sampleToken(
  scores: Float32Array,
  allowed: Uint8Array,
  temperature: number,
  uniform: () => number,
): number {
  const best = mostProbable(scores, allowed);
  if (temperature === 0) return best;
  const highest = scores[best] as number;
  if (masses.length < scores.length) masses = new Float64Array(scores.length);
  let total = 0;
  for (let token = 0; token < scores.length; token += 1) {
    const exponent = ((scores[token] as number) - highest) / temperature;
    const mass = allowed[token] === 1 && exponent >= NEGLIGIBLE ? Math.exp(exponent) : 0;
    masses[token] = mass;
    total += mass;
  }
  const threshold = uniform() * total;
  let mass = 0;
  for (let token = 0; token < scores.length; token += 1) {
    mass += masses[token] as number;
    if (threshold < mass) return token;
  }
  return best;
}

function mostProbable(scores: Float32Array, allowed: Uint8Array): number {
  let best = -1;
  for (let token = 0; token < scores.length; token += 1) {
    if (allowed[token] !== 1) continue;
    if (best < 0 || (scores[token] as number) > (scores[best] as number)) best = token;
  }
  return best;
}

/** Logarithm of the sum of exponentials: what a logit lies above its log-probability. */
export function logSumExp(logits: Float32Array): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > highest) highest = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
  return highest + Math.log(sum);
}

/**
 * The allowed tokens that are among the `topK` most probable ones and, of those, among the fewest that together have the
 * probability `topP` (nucleus sampling, Holtzman et al. 2020) at this temperature.
 *
 * @param topK 0 for all
 * @param topP 1 for all
 */
export function narrow(
  scores: Float32Array,
  allowed: Uint8Array,
  temperature: number,
  { topK, topP }: { readonly topK: number; readonly topP: number },
): Uint8Array {
  if ((topK === 0 && topP === 1) || temperature === 0) return allowed;
  const order = Array.from(scores.keys()).filter((token) => allowed[token] === 1);
  order.sort((left, right) => (scores[right] as number) - (scores[left] as number) || left - right);
  if (topK > 0) order.length = Math.min(order.length, topK);
  const highest = scores[order[0] ?? 0] as number;
  const masses = order.map((token) => Math.exp(((scores[token] as number) - highest) / temperature));
  const wanted = topP * masses.reduce((sum, mass) => sum + mass, 0);
  const narrowed = new Uint8Array(allowed.length);
  let mass = 0;
  for (let place = 0; place < order.length && (place === 0 || mass < wanted); place += 1) {
    narrowed[order[place] as number] = 1;
    mass += masses[place] as number;
  }
  return narrowed;
}
