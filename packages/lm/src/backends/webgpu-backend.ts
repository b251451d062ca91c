import { messageOf } from '@rsim/core';
import { importOptional } from './optional-package.js';

/** What the backend needs: Dawn, which is WebGPU for Node, and the kernels of tfjs. */
export const webgpuPackages = ['webgpu', '@tensorflow/tfjs-backend-webgpu'] as const;

/** The part of the package `webgpu` that is used. */
interface Dawn {
  readonly globals: object;
  create(options: readonly string[]): Gpu;
}

interface Gpu {
  requestAdapter(options: { powerPreference: 'high-performance' }): Promise<{ readonly info: AdapterInfo } | null>;
}

/** GPUAdapterInfo of the WebGPU specification. */
interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

/** Vulkan drivers that compute on the processor, in case a driver does not call itself a fallback. */
const software = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

/**
 * Registers tfjs's WebGPU backend on Dawn, which speaks Vulkan, Metal and Direct3D 12.
 *
 * @throws MissingPackage when a package is not installed, Error when no driver offers an adapter.
 */
export async function loadWebgpu(): Promise<{ device: string; isGpu: boolean }> {
  const [dawnPackage, kernels] = webgpuPackages;
  const dawn = (await importOptional(dawnPackage)) as Dawn;
  const gpu = dawn.create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch((thrown: unknown) => {
    throw new Error(`no driver for a graphics processor answers (${messageOf(thrown)})`, { cause: thrown });
  });
  if (adapter === null) throw new Error('no driver for a graphics processor was found (on Linux, of Vulkan)');
  // tfjs looks for WebGPU where a browser has it.
  Object.assign(globalThis, dawn.globals);
  Object.defineProperty(ensureNavigator(), 'gpu', { value: gpu, configurable: true });
  await importOptional(kernels);
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const device = description || [vendor, architecture].filter((part) => part !== '').join(' ') || 'unnamed';
  const isSoftware = isFallbackAdapter === true || software.test(`${vendor} ${architecture} ${description}`);
  return { device: isSoftware ? `${device}, in software` : device, isGpu: !isSoftware };
}

/** Node has a `navigator` from version 21 on. */
function ensureNavigator(): object {
  const scope: { navigator?: object } & object = globalThis;
  if (scope.navigator === undefined) Object.defineProperty(scope, 'navigator', { value: {}, configurable: true });
  return scope.navigator ?? {};
}
