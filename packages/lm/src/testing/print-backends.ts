// `print-backends.ts BACKEND…`: takes one after the other and prints as JSON what each computes on.
import { type BackendChoice, type BackendDevice, useBackend } from '../backends/index.js';

const devices: BackendDevice[] = [];
for (const choice of process.argv.slice(2)) devices.push(await useBackend(choice as BackendChoice));
console.log(JSON.stringify(devices));
