import { ConfigError } from '@rsim/core';
import * as tf from '@tensorflow/tfjs-core';

/** tfjs backends that come with this package: `wasm` (SIMD, the default) and `cpu` (plain JavaScript, for tests). */
export const backendNames = ['wasm', 'cpu'] as const;
export type BackendName = (typeof backendNames)[number];

/**
 * Makes `name` the tfjs backend of this process, loading it first when need be.
 * @throws ConfigError when the backend does not start on this machine.
 */
export async function useBackend(name: BackendName): Promise<void> {
  if (tf.getBackend() === name) return;
  if (name === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  else await import('@tensorflow/tfjs-backend-cpu');
  // Production mode: no advice on the console and no check of every number.
  tf.enableProdMode();
  const started = await tf.setBackend(name).catch(() => false);
  if (!started) {
    throw new ConfigError(`the tfjs backend "${name}" does not start here`, {
      remedy: 'choose the backend "cpu", which needs nothing of the machine',
    });
  }
}
