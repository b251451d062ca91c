import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { noSoftwareVulkan, softwareVulkan } from '@rsim/core/conformance';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BackendDevice } from './backend.js';
import { isInstalled } from './optional-package.js';
import { tensorflowPackages } from './tensorflow-backend.js';
import { toyCurve } from './testing/toy-curve.js';
import type { ToyCurve } from './testing/toy-curve.js';

const iterations = 5;

/** The promise of docs/backends.md. */
const curveTolerance = 1e-5;
const weightTolerance = 1e-4;

const vulkan = softwareVulkan();
const withVulkan = vulkan === null ? `(skipped: ${noSoftwareVulkan})` : '';
const withTensorflow = tensorflowPackages.some(isInstalled) ? '' : '(skipped: tfjs-node is not installed)';

let reference: ToyCurve;
beforeAll(async () => {
  reference = await toyCurve('cpu', iterations);
});

describe('the same seed', () => {
  it.each(['cpu', 'wasm'] as const)('gives the same bits every time on %s', async (backend) => {
    expect(await toyCurve(backend, 2)).toEqual(await toyCurve(backend, 2));
  });

  it('gives the same curve on wasm', async () => {
    expectAlike(await toyCurve('wasm', iterations));
  });

  it.skipIf(vulkan === null)(
    `gives the same curve on webgpu, in software ${withVulkan}`,
    { timeout: 180_000 },
    async () => {
      const curve = await curveOfProcess('webgpu', vulkan!);
      expect(curve.device).toMatchObject({ name: 'webgpu', isGpu: false });
      expectAlike(curve);
    },
  );

  it.skipIf(withTensorflow !== '')(
    `gives the same curve on tensorflow ${withTensorflow}`,
    { timeout: 60_000 },
    async () => {
      const curve = await curveOfProcess('tensorflow', process.env);
      expect(curve.device.name).toBe('tensorflow');
      expectAlike(curve);
    },
  );
});

it.skipIf(vulkan === null)(`auto takes no graphics processor imitated in software ${withVulkan}`, async () => {
  const [asked, automatic] = (await printed('print-backends', ['webgpu', 'auto'], vulkan!)) as BackendDevice[];
  expect(asked).toMatchObject({ name: 'webgpu', isGpu: false });
  expect(['wasm', 'tensorflow']).toContain(automatic!.name);
});

function expectAlike(curve: ToyCurve): void {
  expect(curve.updates).toHaveLength(iterations);
  for (const [index, { policy, gradientNorm }] of curve.updates.entries()) {
    const expected = reference.updates[index]!;
    expect(policy!.decisions).toBe(expected.policy!.decisions);
    for (const name of ['loss', 'entropy', 'divergence'] as const) {
      expect(Math.abs(policy![name] - expected.policy![name]), name).toBeLessThan(curveTolerance);
    }
    expect(Math.abs(gradientNorm! / expected.gradientNorm! - 1)).toBeLessThan(curveTolerance);
  }
  const distance = lengthOf(curve.weights.map((weight, index) => weight - reference.weights[index]!));
  expect(distance / lengthOf(reference.weights)).toBeLessThan(weightTolerance);
}

async function curveOfProcess(backend: string, env: NodeJS.ProcessEnv): Promise<ToyCurve & { device: BackendDevice }> {
  return (await printed('print-curve', [backend, String(iterations)], env)) as ToyCurve & { device: BackendDevice };
}

/** What a script prints, from a process of its own because a driver is chosen when one starts. */
async function printed(script: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<unknown> {
  const path = fileURLToPath(new URL(`./testing/${script}.ts`, import.meta.url));
  const flags = ['--conditions=@rsim/source', '--import', import.meta.resolve('tsx')];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, path, ...words], {
    ...{ env, timeout: 170_000, maxBuffer: 2 ** 26 },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

function lengthOf(vector: readonly number[]): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}
