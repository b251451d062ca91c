/** Policies to compare, the evaluation that compares them on the same problems, its statistics, and what it writes. */
export { CellFolder, forgetfulStore, type CellStore } from './cell-store.js';
export type { Cell, CellName } from './cell.js';
export * from './continual/index.js';
export { evaluate, type EvaluateOptions, type EvaluationProgress } from './evaluate.js';
export { checkStrategy, type Outcome, type StepJudge } from './outcome.js';
export * from './policies/index.js';
export { assembleResults, type AssembleOptions, type ComparisonRequest } from './results/assemble.js';
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
export { resultsMarkdown, resultsTable, sectionMarkdown, sectionTable } from './results/table.js';
export * from './search/index.js';
export * from './statistics/index.js';
