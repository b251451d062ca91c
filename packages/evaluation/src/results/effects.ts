import { cohensH, pairedOddsRatio, standardisedDifference } from '../statistics/effect-size.js';
import type { Interval } from '../statistics/interval.js';
import { seedEffects } from '../statistics/seed-effects.js';
import { differencesBySeed, pairsOf, type PairedTable } from './paired-table.js';
import type { Comparison } from './schema.js';

type Effects = Pick<Comparison, 'wins' | 'losses' | 'cohensH' | 'oddsRatio' | 'standardised' | 'overSeeds'>;

/** How large a difference is on other scales than points, and what of it other training seeds would show. */
export function effectsOf(tables: readonly PairedTable[], level?: number): Effects {
  const pairs = tables.flatMap(pairsOf);
  const differences = pairs.map(([policy, baseline]) => policy - baseline);
  const wins = differences.filter((difference) => difference > 0).length;
  const losses = differences.filter((difference) => difference < 0).length;
  const standardised = standardisedDifference(differences, level);
  return {
    ...{ wins, losses },
    cohensH: finite(cohensH(pairs, level)),
    oddsRatio: finite(pairedOddsRatio(wins, losses, level)),
    ...(standardised === null ? {} : { standardised: finite(standardised) }),
    ...overSeeds(tables, level),
  };
}

/** Nothing with one seed, or where the suites have not the same ones. */
function overSeeds(tables: readonly PairedTable[], level?: number): Pick<Effects, 'overSeeds'> {
  const strata = tables.map(differencesBySeed);
  if (strata.some((rows) => rows.length !== strata[0]?.length)) return {};
  const effects = seedEffects(strata, level);
  if (effects === null) return {};
  const { seeds, deviation, low, high } = effects;
  return { overSeeds: { seeds, deviation, ciLow: low, ciHigh: high } };
}

/** JSON has no infinity. */
function finite({ estimate, low, high }: Interval): NonNullable<Effects['oddsRatio']> {
  const [value, ciLow, ciHigh] = [estimate, low, high].map((end) => (Number.isFinite(end) ? end : null));
  return { estimate: value ?? null, ciLow: ciLow ?? null, ciHigh: ciHigh ?? null };
}
