// `print-curve.ts BACKEND ITERATIONS`: a curve as JSON.
import type { BackendChoice } from '@rsim/lm/backends';
import { toyCurve } from './toy-curve.js';

const [, , backend, iterations] = process.argv;
console.log(JSON.stringify(await toyCurve(backend as BackendChoice, Number(iterations))));
