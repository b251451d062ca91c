// `print-updates.ts BACKEND LEARNED STEPS`: a follower's updates as JSON.
import type { BackendChoice } from '../backends/index.js';
import { updatesOn } from './updates-on.js';

const [backend, learned, steps] = process.argv.slice(2) as [BackendChoice, 'weights' | 'adapter', string];
console.log(JSON.stringify(await updatesOn(backend, learned, Number(steps))));
// A driver may keep threads that would keep the process.
process.exit(0);
