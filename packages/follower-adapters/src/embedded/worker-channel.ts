import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { FollowerError } from '@rsim/core';

import type { ChannelListener, EngineChannel } from './engine-channel.js';
import type { EngineOutcome } from './engine-messages.js';
import type { EngineWorkerData } from './engine-worker.js';

/** A worker that is asked to end and does not (it may be loading its model) is ended by force after this time. */
const longestGoodbyeMilliseconds = 30_000;

/** An engine in a worker thread: the calling thread stays free, and engines of several workers run side by side. */
export function openWorkerChannel(data: EngineWorkerData, listener: ChannelListener): EngineChannel {
  const { url, execArgv } = entryPoint();
  const worker = new Worker(url, { workerData: data, execArgv });
  let isDisposed = false;
  const die = (reason: string, cause?: unknown): void => {
    if (isDisposed) return;
    isDisposed = true;
    const remedy = 'Start again; if it happens again, run `rsim doctor` and run fewer episodes at once.';
    listener.onDeath(new FollowerError(`A worker of the follower stopped: ${reason}.`, { remedy, cause }));
  };
  worker.on('message', (outcomes: EngineOutcome[]) => {
    listener.onOutcomes(outcomes);
  });
  worker.on('error', (error) => {
    die(error.message, error);
  });
  worker.on('exit', (code) => {
    die(`it ended with code ${code}`);
  });
  worker.unref();
  return {
    post: (operations) => {
      worker.postMessage(operations);
    },
    hold: (isNeeded) => {
      if (isNeeded) worker.ref();
      else worker.unref();
    },
    dispose: async () => {
      if (isDisposed) return;
      isDisposed = true;
      worker.ref();
      // Ended from outside while it still loads the native runtime, a worker would take the whole process with it.
      worker.postMessage(null);
      const impatience = setTimeout(() => void worker.terminate(), longestGoodbyeMilliseconds);
      await once(worker, 'exit');
      clearTimeout(impatience);
    },
  };
}

/** From source the worker needs a TypeScript loader and the packages' source condition; compiled, neither. */
function entryPoint(): { url: URL; execArgv: string[] } {
  if (!import.meta.url.endsWith('.ts')) return { url: new URL('./engine-worker.js', import.meta.url), execArgv: [] };
  return {
    url: new URL('./engine-worker-from-source.js', import.meta.url),
    execArgv: ['--conditions=@rsim/source'],
  };
}
