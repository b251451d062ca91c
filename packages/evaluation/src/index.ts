/** Policies to compare, the evaluation that compares them on the same problems, its statistics, and what it writes. */
export { CellFolder, forgetfulStore, type CellStore } from './cell-store.js';
export type { Cell, CellName } from './cell.js';
export * from './continual/index.js';
export { evaluate, type EvaluateOptions } from './evaluate.js';
export { checkStrategy, type Outcome, type StepJudge } from './outcome.js';
export * from './policies/index.js';
export { assembleResults, type AssembleOptions, type ComparisonRequest } from './results/assemble.js';
export { mostErrorsKept } from './run-cell.js';
export type { CellsProgress, FailedCell } from './run-cells.js';
export { readResults, writeResults } from './results/results-file.js';
export {
  allSuites,
  resultsJsonSchema,
  resultsSchema,
  type Adaptivity,
  type Comparison,
  type ResultRow,
  type Results,
} from './results/schema.js';
export { sectionsOf, type Section } from './results/sections.js';
export { resultsMarkdown, resultsTable, sectionsMarkdown, sectionsTable } from './results/table.js';
export * from './search/index.js';
export * from './statistics/index.js';
export * from './transfer/index.js';
