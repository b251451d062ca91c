/** What tests and benchmarks of pages need: runs made of random numbers, and a browser. */
export { openChromium } from './chromium.js';
export { findChromium } from './find-chromium.js';
export { writeSampleRun, type SampleRunOptions } from './sample-run.js';
