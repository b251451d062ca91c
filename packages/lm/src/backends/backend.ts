import { ConfigError, type LearningDevice, messageOf } from '@rsim/core';
import type { RequestFailure } from '@rsim/core/worker';
import type * as TensorLibrary from '@tensorflow/tfjs-core';
import { MissingPackage } from './optional-package.js';
import { loadTensorflow, tensorflowPackages } from './tensorflow-backend.js';
import { releaseUnusedBuffers } from './unused-buffers.js';
import { loadWebgpu, webgpuPackages } from './webgpu-backend.js';

/**
 * tfjs backends that leader and follower can learn on. `wasm` (SIMD, the default) and `cpu` (plain JavaScript, for tests) come
 * with this package; `webgpu` (any GPU) and `tensorflow` (libtensorflow) work where their packages are installed.
 */
export const backendNames = ['wasm', 'cpu', 'webgpu', 'tensorflow'] as const;
export type BackendName = (typeof backendNames)[number];

/** `auto`: the fastest that works here; see {@link useBackend}. */
export const backendChoices = ['auto', ...backendNames] as const;
export type BackendChoice = (typeof backendChoices)[number];

/** A backend and what it computes on. */
export interface BackendDevice extends LearningDevice {
  readonly name: BackendName;
  /** Whether that is a graphics processor, and not one that the processor imitates. */
  readonly isGpu: boolean;
}

/** How `auto` tries them. */
const byPreference = ['tensorflow', 'webgpu', 'wasm', 'cpu'] as const satisfies readonly BackendName[];
const gpuBackends: readonly BackendName[] = ['tensorflow', 'webgpu'];

const optionalPackages: Readonly<Record<BackendName, readonly string[]>> = {
  wasm: [],
  cpu: [],
  webgpu: webgpuPackages,
  tensorflow: tensorflowPackages.slice(0, 1),
};

const loaders: Readonly<Record<BackendName, () => Promise<Omit<BackendDevice, 'name'>>>> = {
  wasm: async () => {
    await import('@tensorflow/tfjs-backend-wasm');
    return { device: 'WebAssembly with SIMD', isGpu: false };
  },
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    return { device: 'plain JavaScript', isGpu: false };
  },
  webgpu: loadWebgpu,
  tensorflow: loadTensorflow,
};

const loaded = new Map<BackendName, BackendDevice>();
let automatic: BackendName | null = null;

/**
 * Makes `choice` the tfjs backend of this thread, loading it first when need be; several may ask at once. `auto` is libtensorflow on a GPU, or
 * else WebGPU on a GPU, or else wasm, or else plain JavaScript; once chosen it stays. Every update begins with this, so one that is in use
 * already gives back what it keeps too much of.
 *
 * @throws ConfigError when its packages are not installed or it does not start on this machine; the backend stays as it was.
 */
export function useBackend(choice: BackendChoice): Promise<BackendDevice> {
  // One after the other: a backend that is asked for while another is starting makes that one fail.
  const used = last.then(() => use(choice));
  last = used.catch(() => undefined);
  return used;
}

let last: Promise<unknown> = Promise.resolve();

async function use(choice: BackendChoice): Promise<BackendDevice> {
  if (choice !== 'auto') return activate(choice);
  if (automatic !== null) return activate(automatic);
  for (const name of byPreference.slice(0, -1)) {
    const found = await activate(name, (device) => device.isGpu || !gpuBackends.includes(name)).catch(() => null);
    if (found === null) continue;
    automatic = name;
    return found;
  }
  return activate((automatic = 'cpu'));
}

/** @param accepts Whether what it would run on is wanted. */
async function activate(name: BackendName, accepts = (_: BackendDevice) => true): Promise<BackendDevice> {
  // Loaded here, not above: deciding needs no tensor library, and it takes a while to load.
  const tf = await import('@tensorflow/tfjs-core');
  const known = loaded.get(name);
  if (known !== undefined && tf.getBackend() === name && accepts(known)) {
    releaseUnusedBuffers(tf.backend());
    return known;
  }
  const before = tf.getBackend() as BackendName | undefined;
  // Production mode: no advice on the console and no check of every number.
  tf.enableProdMode();
  try {
    const device = known ?? { name, ...(await loaders[name]()) };
    if (!accepts(device)) throw new Error(`it would run on ${device.device}`);
    if (!(await tf.setBackend(name))) throw new Error('it does not start on this machine');
    if (known === undefined) await check(tf);
    loaded.set(name, device);
    return device;
  } catch (thrown) {
    if (before !== undefined && before !== tf.getBackend()) await tf.setBackend(before);
    throw unusable(name, messageOf(thrown), thrown);
  }
}

/** A driver may start and compute nothing, so a product is asked for whose value is known. */
async function check(tf: typeof TensorLibrary): Promise<void> {
  const product = tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])));
  const values = await product.data();
  product.dispose();
  if (values.some((value) => value !== 3)) throw new Error('it computes wrong numbers');
}

const unusableCode = 'backend-unusable';

/** What a request to a thread failed of, where that was its backend; otherwise `null`. */
export function backendFailure({ message, code, remedy = '' }: RequestFailure): ConfigError | null {
  return code === unusableCode ? new ConfigError(message, { code, remedy }) : null;
}

function unusable(name: BackendName, why: string, cause: unknown): ConfigError {
  const install =
    cause instanceof MissingPackage
      ? `Install it (npm install ${optionalPackages[name].join(' ')}) or choose`
      : 'Choose';
  return new ConfigError(`the tfjs backend "${name}" cannot be used: ${why}`, {
    code: unusableCode,
    remedy: `${install} the backend "wasm" or "cpu", which come with rsim.`,
    cause,
  });
}
