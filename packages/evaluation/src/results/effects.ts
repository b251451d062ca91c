import { cliffsDelta } from '../statistics/cliffs-delta.js';
import { meanOf, quantile, stratifiedMean } from '../statistics/clustered-mean.js';
import { cohensH, pairedOddsRatio, standardisedDifference } from '../statistics/effect-size.js';
import { defaultLevel, type Interval } from '../statistics/interval.js';
import { seedEffects } from '../statistics/seed-effects.js';
import { differencesBySeed, pairsOf, tokensOf, type PairedTable } from './paired-table.js';
import type { Comparison } from './schema.js';

type Effects = Pick<Comparison, 'wins' | 'losses' | 'cohensH' | 'oddsRatio' | 'standardised' | 'overSeeds' | 'tokens'>;

/** How large a difference is on other scales than points, what it costs, and what of it other training seeds would show. */
export function effectsOf(
  tables: readonly PairedTable[],
  level = defaultLevel,
): Effects & { readonly wins: number; readonly losses: number } {
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
    tokens: tokenDifference(tables, level),
    ...overSeeds(tables, level),
  };
}

/** Suites weigh the same: what a problem costs differs between them far more than between policies. */
function tokenDifference(tables: readonly PairedTable[], level: number): NonNullable<Effects['tokens']> {
  const spent = tables.map(tokensOf);
  const { estimate, standardError, degrees } = stratifiedMean(
    spent.map(({ policy, baseline }) =>
      policy.map((own, place) => ({ cluster: String(place), value: own - (baseline[place] as number) })),
    ),
  );
  const margin = Number.isFinite(standardError) ? quantile(level, degrees) * standardError : Infinity;
  const { ciLow, ciHigh } = finite({ estimate, low: estimate - margin, high: estimate + margin });
  const delta = meanOf(spent.map(({ policy, baseline }) => cliffsDelta(policy, baseline)));
  return { difference: estimate, ciLow, ciHigh, cliffsDelta: delta };
}

/** Nothing with one seed, or where the suites have not the same ones. */
function overSeeds(tables: readonly PairedTable[], level: number): Pick<Effects, 'overSeeds'> {
  const strata = tables.map(differencesBySeed);
  if (strata.some((rows) => rows.length !== strata[0]?.length)) return {};
  const effects = seedEffects(strata, level);
  if (effects === null) return {};
  const { seeds, deviation, low, high, p } = effects;
  return { overSeeds: { seeds, deviation, ciLow: low, ciHigh: high, p } };
}

/** JSON has no infinity. */
function finite({ estimate, low, high }: Interval): NonNullable<Effects['oddsRatio']> {
  const [value, ciLow, ciHigh] = [estimate, low, high].map((end) => (Number.isFinite(end) ? end : null));
  return { estimate: value ?? null, ciLow: ciLow ?? null, ciHigh: ciHigh ?? null };
}
