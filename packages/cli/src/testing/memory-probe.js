// Loaded into every thread of a process (`node --import`): a learning thread answers on a channel what it holds after its garbage
// was collected, without anything of the product knowing of it.
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BroadcastChannel, isMainThread, threadId, workerData } from 'node:worker_threads';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** What this thread holds once its garbage is gone. */
globalThis.rsimHeldMemory = async () => {
  for (let round = 0; round < 3; round += 1) {
    collect();
    await wait(5);
  }
  const { engine } = await import('@tensorflow/tfjs-core');
  const { heapUsed, external } = process.memoryUsage();
  // Not of `memory()`, which wants a backend: the main thread has none while others learn.
  return { tensors: engine().state.numTensors, heap: heapUsed + external };
};

const [, name] = /\/([a-z]+-worker)\.[jt]s$/.exec(workerData?.module ?? '') ?? [];
if (!isMainThread && ['learner-worker', 'policy-worker'].includes(name)) {
  const channel = new BroadcastChannel('rsim-memory');
  channel.onmessage = async ({ data }) => {
    if (data.asked) channel.postMessage({ thread: `${name}-${threadId}`, ...(await globalThis.rsimHeldMemory()) });
  };
  channel.unref();
}
