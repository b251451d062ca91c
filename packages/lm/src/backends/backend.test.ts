import { ConfigError } from '@rsim/core';
import { noSoftwareVulkan, printedBy, softwareVulkan } from '@rsim/core/conformance';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { type BackendDevice, useBackend } from './backend.js';
import { importOptional, MissingPackage } from './optional-package.js';
import { isTensorflowInstalled } from './tensorflow-backend.js';

const isTensorflowHere = isTensorflowInstalled();
const vulkan = softwareVulkan();
const withVulkan = vulkan === null ? `(skipped: ${noSoftwareVulkan})` : '';

it('starts those that are asked for at once one after the other', async () => {
  const started = await Promise.all((['wasm', 'wasm', 'cpu', 'wasm'] as const).map(useBackend));
  expect(started.map(({ name }) => name)).toEqual(['wasm', 'wasm', 'cpu', 'wasm']);
  expect(tf.getBackend()).toBe('wasm');
});

it.each(['cpu', 'wasm'] as const)('starts %s', async (name) => {
  expect(await useBackend(name)).toMatchObject({ name, isGpu: false });
  expect(tf.getBackend()).toBe(name);
});

it.skipIf(isTensorflowHere)(
  `says how to get what is not installed, and leaves the backend as it was ${isTensorflowHere ? '(skipped: it is)' : ''}`,
  async () => {
    await useBackend('cpu');
    const failure = await useBackend('tensorflow').catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(ConfigError);
    expect(failure).toMatchObject({ remedy: expect.stringContaining('npm install @tensorflow/tfjs-node') as string });
    expect(tf.getBackend()).toBe('cpu');
  },
);

it('tells a package that is missing from one that does not load', async () => {
  await expect(importOptional('@rsim/no-such-package')).rejects.toThrow(MissingPackage);
  await expect(importOptional('../testing/does-not-load.cjs')).rejects.toThrow(/half installed/);
});

it.skipIf(vulkan === null)(`auto takes no graphics processor imitated in software ${withVulkan}`, async () => {
  const script = new URL('../testing/print-backends.ts', import.meta.url);
  const [asked, automatic] = (await printedBy(script, ['webgpu', 'auto'], vulkan!)) as BackendDevice[];
  expect(asked).toMatchObject({ name: 'webgpu', isGpu: false });
  expect(['wasm', 'tensorflow']).toContain(automatic!.name);
});
