export { accuraciesOf, accuracyMatrixSchema, type Accuracies, type AccuracyMatrix } from './accuracy-matrix.js';
export { matrixFile, readMatrix } from './matrix-file.js';
export { matrixSections, metricsSection } from './matrix-table.js';
export { measureRow, type MeasureRowOptions } from './measure-row.js';
export { continualMetrics, type ContinualMetrics } from './metrics.js';
export { comparableMatrices, summariseMatrices, type MethodSummary, type SummarisedMetric } from './summary.js';
