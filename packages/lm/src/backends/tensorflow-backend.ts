import { importOptional, isInstalled, MissingPackage } from './optional-package.js';

/** Each brings the backend; the first also finds a GPU. */
export const tensorflowPackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** Whether either is there; it may still fail to load. */
export function isTensorflowInstalled(): boolean {
  return tensorflowPackages.some(isInstalled);
}

/**
 * Registers libtensorflow as a tfjs backend.
 *
 * @throws MissingPackage when neither package is installed; the package's own error when it does not load.
 */
export async function loadTensorflow(): Promise<{ device: string; isGpu: boolean }> {
  const tf = await import('@tensorflow/tfjs-core');
  // Its notes about the processor's instructions are no news to anybody.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  const failures: unknown[] = [];
  for (const name of tensorflowPackages) {
    try {
      await importOptional(name);
      await tf.setBackend('tensorflow');
      const { isUsingGpuDevice = false } = tf.backend() as { isUsingGpuDevice?: boolean };
      return { device: `libtensorflow on ${isUsingGpuDevice ? 'a GPU' : 'the processor'}`, isGpu: isUsingGpuDevice };
    } catch (thrown) {
      failures.push(thrown);
    }
  }
  throw failures.find((thrown) => !(thrown instanceof MissingPackage)) ?? failures[0];
}
