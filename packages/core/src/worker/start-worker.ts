import { Worker } from 'node:worker_threads';

/**
 * Starts a worker thread. From source it needs a TypeScript loader and the packages' source condition; compiled, neither.
 *
 * @param module what the thread runs.
 * @param data what that module finds as its `workerData`, beside the module's own name.
 */
export function startWorker(module: URL, data: object = {}): Worker {
  const workerData = { ...data, module: module.href };
  if (!module.pathname.endsWith('.ts')) return new Worker(module, { workerData, execArgv: [] });
  const entry = new URL('./worker-from-source.js', import.meta.url);
  return new Worker(entry, { workerData, execArgv: ['--conditions=@rsim/source'] });
}
