import type { Cell } from '../cell.js';
import { defaultLevel } from '../statistics/interval.js';
import { adaptivityOf } from './adaptivity.js';
import { compare, type ComparisonRequest } from './comparisons.js';
import { defaultComparisons } from './default-comparisons.js';
import { pooledRows, rowsOf } from './rows.js';
import type { Results } from './schema.js';

export type { ComparisonRequest };

export interface AssembleOptions {
  /** Policies in the order in which they are to be reported. */
  readonly policies: readonly string[];
  /** See `defaultComparisons` for what is compared by default. */
  readonly comparisons?: readonly ComparisonRequest[];
  readonly level?: number;
  readonly resamples?: number;
  readonly bootstrapSeed?: number;
  /** Suites that a mean over suites must have; by default those that there are. */
  readonly suiteCount?: number;
}

/** Everything `results.json` says of finished cells. A function of the cells alone: stored ones give the same numbers. */
export function assembleResults(cells: readonly Cell[], options: AssembleOptions): Results {
  const place = ({ policy }: Cell) => options.policies.indexOf(policy);
  const ordered = [...cells].sort((left, right) => place(left) - place(right));
  const adaptivity = adaptivityOf(ordered, options.level);
  return {
    schema: 'rsim.results/1',
    rows: rowsOf(ordered, options.level),
    comparisons: compare(ordered, options.comparisons ?? defaultComparisons(ordered, options.policies), options),
    level: options.level ?? defaultLevel,
    pooled: pooledRows(ordered, options),
    ...(adaptivity.length > 0 ? { adaptivity } : {}),
  };
}
