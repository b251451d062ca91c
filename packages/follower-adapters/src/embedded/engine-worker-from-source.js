// Worker threads of a process without a TypeScript loader, such as a test run, have to bring their own.
import { register } from 'tsx/esm/api';

register();
await import('./engine-worker.ts');
