/** What tests and benchmarks of pages need: runs made of random numbers, and a browser. */
export { findChromium, openChromium } from './chromium.js';
export { writeSampleRun, type SampleRunOptions } from './sample-run.js';
