import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { mcnemarExact } from './mcnemar.js';

/** Two policies on the same problems, as far as the power of McNemar's test depends on them. */
export interface PairedDesign {
  /** Accuracy of the one minus accuracy of the other, as a fraction; its sign does not matter. */
  readonly difference: number;
  /** Share of the problems that only one of the two solves: at least |difference|. */
  readonly discordance: number;
  /** Two-sided level; 0.05 by default. Divide it by the number of comparisons for what Holm asks of the first. */
  readonly alpha?: number;
}

/**
 * Power of the exact McNemar test: the probability that it finds the difference at the level, over all numbers of discordant
 * problems that may come up (unconditional; Duffy 1984).
 *
 * @throws RangeError when the design is impossible, or `problems` is no positive integer.
 */
export function mcnemarPower(problems: number, design: PairedDesign): number {
  const { difference, discordance, alpha } = checked(design);
  if (!Number.isInteger(problems) || problems < 1) throw new RangeError(`mcnemarPower: ${problems} problems are none`);
  const winning = (discordance + Math.abs(difference)) / (2 * discordance);
  const spread = 9 * Math.sqrt(problems * discordance * (1 - discordance)) + 1;
  const first = Math.max(1, Math.floor(problems * discordance - spread));
  const last = Math.min(problems, Math.ceil(problems * discordance + spread));
  let power = 0;
  let critical = -1;
  for (let discordant = first; discordant <= last; discordant += 1) {
    const chance = binomialCdf(discordant, problems, discordance) - binomialCdf(discordant - 1, problems, discordance);
    // The most losses that are significant; from one number of discordant problems to the next it grows by one at most.
    while (critical + 1 < discordant / 2 && mcnemarExact(discordant - critical - 1, critical + 1) <= alpha)
      critical += 1;
    if (critical < 0) continue;
    const wins = 1 - binomialCdf(discordant - critical - 1, discordant, winning);
    power += chance * (wins + binomialCdf(critical, discordant, winning));
  }
  return Math.min(1, power);
}

/**
 * How many problems McNemar's test needs to see a difference with this power: the smallest number from the formula of
 * Connor (1987), (z_{α/2} √ψ + z_β √(ψ − d²))² / d², on at which the exact test has it.
 *
 * @param power e.g. 0.8.
 * @throws RangeError when the design is impossible or the difference 0.
 */
export function problemsNeeded(design: PairedDesign, power = 0.8): number {
  const { difference, discordance, alpha } = checked(design);
  if (difference === 0) throw new RangeError('problemsNeeded: no number of problems shows a difference of 0');
  if (!(power > alpha && power < 1)) throw new RangeError(`problemsNeeded: a power of ${power} is not between α and 1`);
  const [level, strength] = [normalQuantile(1 - alpha / 2, 0, 1), normalQuantile(power, 0, 1)];
  const square = difference ** 2;
  const root = level * Math.sqrt(discordance) + strength * Math.sqrt(discordance - square);
  let problems = Math.max(1, Math.ceil(root ** 2 / square));
  while (mcnemarPower(problems, design) < power) problems += 1;
  return problems;
}

/**
 * The smallest difference that McNemar's test sees on this many problems with this power; `null` where it does not see even
 * the largest, that of policies of which one never loses.
 */
export function detectableDifference(
  problems: number,
  { discordance, alpha }: Omit<PairedDesign, 'difference'>,
  power = 0.8,
): number | null {
  const at = (difference: number) => mcnemarPower(problems, { difference, discordance, alpha });
  if (at(discordance) < power) return null;
  let [low, high] = [0, discordance];
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (at(middle) < power) low = middle;
    else high = middle;
  }
  return high;
}

function checked({ difference, discordance, alpha = 0.05 }: PairedDesign): Required<PairedDesign> {
  const possible = Math.abs(difference) <= discordance && discordance > 0 && discordance <= 1;
  if (!possible || !(alpha > 0 && alpha < 1)) {
    throw new RangeError(
      `a difference of ${difference} with ${discordance} of the problems discordant at level ${alpha} is impossible: |difference| ≤ discordance ≤ 1, 0 < level < 1`,
    );
  }
  return { difference, discordance, alpha };
}
