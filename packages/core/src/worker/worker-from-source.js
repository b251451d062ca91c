// Worker threads of a process without a TypeScript loader, such as a test run, have to bring their own.
import { workerData } from 'node:worker_threads';

import { register } from 'tsx/esm/api';

register();
await import(workerData.module);
