import { ConfigError, messageOf } from '@rsim/core';

/**
 * tfjs backends a planner can learn on. `wasm` (SIMD, the default) and `cpu` (plain JavaScript, for tests) come with this
 * package; `webgpu` (any GPU) and `tensorflow` (libtensorflow) work where their packages have been installed beside it.
 */
export const backendNames = ['wasm', 'cpu', 'webgpu', 'tensorflow'] as const;
export type BackendName = (typeof backendNames)[number];

/** Packages that each backend needs besides those that come with this one. */
const optionalPackages: Readonly<Record<BackendName, readonly string[]>> = {
  wasm: [],
  cpu: [],
  webgpu: ['webgpu', '@tensorflow/tfjs-backend-webgpu'],
  tensorflow: ['@tensorflow/tfjs-node'],
};

/**
 * Makes `name` the tfjs backend of this process, loading it first when need be.
 *
 * @throws ConfigError when its packages are not installed or it does not start on this machine.
 */
export async function useBackend(name: BackendName): Promise<void> {
  // Loaded here, not above: deciding needs no tensor library, and it takes a while to load.
  const tf = await import('@tensorflow/tfjs-core');
  if (tf.getBackend() === name) return;
  // Production mode: no advice on the console and no check of every number.
  tf.enableProdMode();
  try {
    await loadBackend(name);
    if (await tf.setBackend(name)) return;
  } catch (thrown) {
    throw unusable(name, messageOf(thrown), thrown);
  }
  throw unusable(name, 'it does not start on this machine');
}

async function loadBackend(name: BackendName): Promise<void> {
  if (name === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  else if (name === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  for (const module of optionalPackages[name]) {
    const loaded = (await import(module)) as { create?: (options: string[]) => unknown; globals?: object };
    // The package `webgpu` is Dawn, which tfjs looks for where a browser has it.
    if (module === 'webgpu') {
      Object.assign(globalThis, loaded.globals);
      Object.defineProperty(ensureNavigator(), 'gpu', { value: loaded.create?.([]), configurable: true });
    }
  }
}

/** Node has a `navigator` from version 21 on. */
function ensureNavigator(): object {
  const scope: { navigator?: object } & object = globalThis;
  if (scope.navigator === undefined) Object.defineProperty(scope, 'navigator', { value: {}, configurable: true });
  return scope.navigator ?? {};
}

function unusable(name: BackendName, why: string, cause?: unknown): ConfigError {
  const packages = optionalPackages[name];
  const install = packages.length === 0 ? '' : `install it (npm install ${packages.join(' ')}) or `;
  return new ConfigError(`the tfjs backend "${name}" cannot be used: ${why}`, {
    code: 'backend-unusable',
    remedy:
      `${install}choose the backend "wasm" or "cpu", which come with rsim`.replace(/^./, (first) =>
        first.toUpperCase(),
      ) + '.',
    cause,
  });
}
