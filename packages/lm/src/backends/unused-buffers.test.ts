import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, it, vi } from 'vitest';

import { useBackend } from './backend.js';

/** As the WebGPU backend has one, on another backend. */
function keep(numBytesAllocated: number, numBytesUsed: number) {
  const dispose = vi.fn();
  Object.assign(tf.backend(), { bufferManager: { numBytesAllocated, numBytesUsed, dispose } });
  return dispose;
}
afterEach(() => {
  delete (tf.backend() as { bufferManager?: object }).bufferManager;
});

it.each([
  ['gives back what a backend in use keeps too much of', 2 ** 30, 0, 1],
  ['keeps what is of use to the next update', 2 ** 28, 0, 0],
  ['takes nothing from under what is still computed', 2 ** 30, 4, 0],
])('%s', async (_, allocated, used, times) => {
  await useBackend('cpu');
  const dispose = keep(allocated, used);
  await useBackend('cpu');
  expect(dispose).toHaveBeenCalledTimes(times);
});
