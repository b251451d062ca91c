import { ConfigError, Random } from '@rsim/core';
import { noSoftwareVulkan, printedBy, softwareVulkan } from '@rsim/core/conformance';
import { afterAll, describe, expect, it } from 'vitest';

import { isTensorflowInstalled } from '../backends/index.js';
import { initializeDecoderWeights } from '../decoder-weights.js';
import { smallDecoder } from '../testing/small-decoder.js';
import { type MadeUpdates, updatesOn } from '../testing/updates-on.js';
import { DecoderPolicy } from './decoder-policy.js';
import { PolicyThread } from './policy-thread.js';

/** As many gradient steps as an iteration makes by default: 3 passes of 4. */
const steps = 12;
/** A driver in software takes seconds for each. */
const stepsInSoftware = 2;

/** The promise of docs/backends.md. */
const lossTolerance = 1e-5;
const weightTolerance = 1e-4;

const vulkan = softwareVulkan();
const withVulkan = vulkan === null ? `(skipped: ${noSoftwareVulkan})` : '';
const withTensorflow = isTensorflowInstalled() ? '' : '(skipped: tfjs-node is not installed)';

describe.each(['weights', 'adapter'] as const)('a follower that learns its %s', { timeout: 180_000 }, (learned) => {
  it('learns the same on wasm', async () => {
    expectAlike(await updatesOn('wasm', learned, steps), 'wasm', await updatesOn('cpu', learned, steps));
  });

  it.skipIf(vulkan === null)(`learns the same on webgpu, in software ${withVulkan}`, async () => {
    const made = await updatesOfProcess('webgpu', learned, stepsInSoftware, vulkan!);
    expectAlike(made, 'webgpu', await updatesOn('cpu', learned, stepsInSoftware));
    expect(made.keptBytes).toBe(0);
  });

  it.skipIf(withTensorflow !== '')(`learns the same on tensorflow ${withTensorflow}`, async () => {
    const made = await updatesOfProcess('tensorflow', learned, steps, process.env);
    expectAlike(made, 'tensorflow', await updatesOn('cpu', learned, steps));
  });
});

describe('in a thread of its own', () => {
  const work = new PolicyThread();
  afterAll(() => work.stop());
  const policyOn = (backend: 'cpu' | 'tensorflow') =>
    new DecoderPolicy(smallDecoder, initializeDecoderWeights(smallDecoder, Random.of(1)), { work, backend });

  it('learns on the backend that is asked for', async () => {
    expect(await policyOn('cpu').learnsOn()).toMatchObject({ name: 'cpu', device: 'plain JavaScript' });
  });

  it.skipIf(isTensorflowInstalled())(
    'says of a backend that cannot be used how to get it (unless it is there)',
    async () => {
      const failure = await policyOn('tensorflow')
        .learnsOn()
        .catch((thrown: unknown) => thrown);
      expect(failure).toBeInstanceOf(ConfigError);
      expect(failure).toMatchObject({
        ...{
          code: 'backend-unusable',
          message: expect.stringMatching(/^the tfjs backend "tensorflow" cannot be used/) as string,
        },
        remedy: expect.stringContaining('npm install') as string,
      });
    },
  );
});

async function updatesOfProcess(
  ...[backend, learned, count, env]: [string, string, number, NodeJS.ProcessEnv]
): Promise<MadeUpdates> {
  const script = new URL('../testing/print-updates.ts', import.meta.url);
  return (await printedBy(script, [backend, learned, String(count)], env)) as MadeUpdates;
}

function expectAlike(made: MadeUpdates, backend: string, expected: MadeUpdates): void {
  expect(made.backend).toBe(backend);
  const differences = {
    loss: Math.max(...made.losses.map((loss, index) => Math.abs(loss - expected.losses[index]!))),
    gradient: Math.max(...made.gradientNorms.map((norm, index) => Math.abs(norm / expected.gradientNorms[index]! - 1))),
    weights:
      lengthOf(made.weights.map((weight, index) => weight - expected.weights[index]!)) / lengthOf(expected.weights),
  };
  expect(made.losses).toHaveLength(expected.losses.length);
  expect(differences.loss).toBeLessThan(lossTolerance);
  expect(differences.gradient).toBeLessThan(lossTolerance);
  expect(differences.weights).toBeLessThan(weightTolerance);
}

function lengthOf(vector: readonly number[]): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}
