export { accuracyInterval } from './accuracy.js';
export { clusteredMean, stratifiedMean, type ClusteredMean, type Observation } from './clustered-mean.js';
export { holm } from './holm.js';
export { defaultLevel, type Interval } from './interval.js';
export { mcnemarExact, mcnemarOfDifferences } from './mcnemar.js';
export { pairedBootstrap, type BootstrapOptions } from './paired-bootstrap.js';
export { rateContrast } from './rate-contrast.js';
export { wilson } from './wilson.js';
