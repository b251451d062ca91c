import { probability, rangeText, signed } from './figures.js';
import type { Comparison } from './schema.js';
import type { Section } from './sections.js';

export interface EffectColumns {
  readonly title: string;
  /** Heads of the columns that name a comparison, and what stands in them. */
  readonly names: readonly string[];
  readonly nameOf: (comparison: Comparison) => readonly string[];
  /** E.g. `95 %`. */
  readonly level: string;
}

/** A row for each comparison: its intervals, how large it is on other scales, what it costs, and the tests. */
export function effectSection(
  comparisons: readonly Comparison[],
  { title, names, nameOf, level }: EffectColumns,
): Section {
  const seeded = comparisons.some(({ overSeeds }) => overSeeds !== undefined);
  return {
    title: `${title}: intervals, Cohen's h, odds ratio, tokens and Cliff's δ, p after Holm`,
    names: names.length,
    head: [
      ...names,
      ...['points', level, ...(seeded ? ['with seeds'] : [])],
      ...['h', 'odds', 'tokens, δ', 'p', ...(seeded ? ['p, seeds'] : [])],
    ],
    rows: comparisons.map((comparison) => {
      const { difference, cohensH, oddsRatio, tokens, pHolm, pMcNemar, overSeeds } = comparison;
      return [
        ...nameOf(comparison),
        signed(100 * difference, 1),
        rangeText(comparison),
        ...(seeded ? [overSeeds === undefined ? '–' : rangeText(overSeeds)] : []),
        signed(cohensH?.estimate, 2),
        oddsRatio === undefined ? '–' : (oddsRatio.estimate?.toPrecision(2) ?? '∞'),
        tokens === undefined ? '–' : `${signed(tokens.difference, 0)}, ${signed(tokens.cliffsDelta, 2)}`,
        probability(pHolm ?? pMcNemar),
        ...(seeded ? [probability(overSeeds?.pHolm ?? overSeeds?.p)] : []),
      ];
    }),
  };
}
