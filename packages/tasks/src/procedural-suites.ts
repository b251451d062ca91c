import { compoundInterest } from './compound-interest/compound-interest.js';
import { counting } from './counting/counting.js';
import { equations } from './equations/equations.js';
import { fractions } from './fractions/fractions.js';
import { graphReachability } from './graph-reachability/graph-reachability.js';
import { gridPuzzles } from './grid-puzzles/grid-puzzles.js';
import { incomeStatement } from './income-statement/income-statement.js';
import { interpreterTracing } from './interpreter-tracing/interpreter-tracing.js';
import { knightsAndKnaves } from './knights-and-knaves/knights-and-knaves.js';
import { modularArithmetic } from './modular-arithmetic/modular-arithmetic.js';
import { orderingPuzzles } from './ordering-puzzles/ordering-puzzles.js';
import { percentageChains } from './percentage-chains/percentage-chains.js';
import { reconciliation } from './reconciliation/reconciliation.js';
import { stringRewriting } from './string-rewriting/string-rewriting.js';

/** The families for general language models, by domain. Those of the microworld are made in their own way. */
export const proceduralSuites = [
  ...[equations, modularArithmetic, fractions, counting],
  ...[knightsAndKnaves, orderingPuzzles, gridPuzzles, graphReachability],
  ...[stringRewriting, interpreterTracing],
  ...[percentageChains, compoundInterest, reconciliation, incomeStatement],
] as const;
