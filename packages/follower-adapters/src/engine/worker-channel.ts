import { FollowerError } from '@rsim/core';
import { startWorker } from '@rsim/core/worker';

import type { EngineFailure, WrittenStep } from './engine.js';
import type { ChannelListener, EngineChannel } from './engine-channel.js';
import type { WorkerMessage } from './serve-engine.js';

/** A worker that is asked to end and does not (it may be loading its model) is ended by force after this time. */
const longestGoodbyeMilliseconds = 30_000;

/**
 * An engine in a worker thread: the calling thread stays free, and engines of several workers run side by side.
 * @param module what the worker runs; it calls `serveEngine`
 * @param data what that module finds as its `workerData`
 */
export function openWorkerChannel<Request, Written extends WrittenStep>(
  module: URL,
  data: object,
  listener: ChannelListener<Written>,
): EngineChannel<Request> {
  const worker = startWorker(module, data);
  let isDisposed = false;
  const die = (error: FollowerError): void => {
    if (isDisposed) return;
    isDisposed = true;
    listener.onDeath(error);
  };
  worker.on('message', (message: WorkerMessage<Written>) => {
    if ('outcomes' in message) listener.onOutcomes(message.outcomes);
    else if ('facts' in message) listener.onStart(message.facts);
    else die(errorOf(message.refusal));
  });
  worker.on('error', (error) => {
    die(stopped(error.message, error));
  });
  worker.on('exit', (code) => {
    die(stopped(`it ended with code ${code}`));
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
      // Not `once` of node:events, which rejects with what a worker dies of that is not wanted any more.
      await new Promise((resolve) => worker.once('exit', resolve));
      clearTimeout(impatience);
    },
  };
}

function errorOf(failure: EngineFailure): FollowerError {
  return new FollowerError(failure.message, failure);
}

function stopped(reason: string, cause?: unknown): FollowerError {
  const remedy = 'Start again; if it happens again, run `rsim doctor` and run fewer episodes at once.';
  return new FollowerError(`A worker of the follower stopped: ${reason}.`, { remedy, cause });
}
