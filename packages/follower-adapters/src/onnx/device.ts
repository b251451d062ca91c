import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { FollowerError } from '@rsim/core/errors';

/** What onnxruntime computes with. */
export type Device = 'cpu' | 'webgpu' | 'cuda';

/**
 * The device that is meant: `auto` is cuda where its binaries are installed, otherwise cpu.
 * @throws FollowerError when cuda is asked for and not installed
 */
export function chooseDevice(wanted: 'auto' | Device): Device {
  if (wanted === 'auto') return hasCuda() ? 'cuda' : 'cpu';
  if (wanted === 'cuda' && !hasCuda()) throw deviceUnavailable('cuda', 'its binaries are not installed');
  return wanted;
}

const needs = {
  webgpu: 'It needs a GPU with a Vulkan, Metal or Direct3D 12 driver; set `device: cpu` without one.',
  cuda:
    'It needs an NVIDIA GPU and CUDA binaries, which `node node_modules/onnxruntime-node/script/install.js ' +
    '--onnxruntime-node-install=cuda12` fetches; set `device: cpu` without them.',
};

export function deviceUnavailable(device: 'webgpu' | 'cuda', why: string, cause?: unknown): FollowerError {
  const options = { code: 'device-unavailable', remedy: needs[device], cause };
  return new FollowerError(`The device ${device} cannot be used: ${why}.`, options);
}

/** Whether onnxruntime-node's CUDA binaries, which are no part of its package, were installed. */
function hasCuda(): boolean {
  const folder = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const { platform, arch } = process;
  const library = platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  return existsSync(join(folder, 'bin', 'napi-v6', platform, arch, library));
}
