import { noSoftwareVulkan, printedBy, softwareVulkan } from '@rsim/core/conformance';
import { type BackendDevice, isTensorflowInstalled } from '@rsim/lm/backends';
import { beforeAll, describe, expect, it } from 'vitest';
import { toyCurve, trained } from './testing/toy-curve.js';
import type { CurvePlanner, ToyCurve } from './testing/toy-curve.js';
import { toyPlanner } from './testing/toy-training.js';

const iterations = 5;

/** The promise of docs/backends.md. */
const curveTolerance = 1e-5;
const weightTolerance = 1e-4;
/** And that for the steps that an iteration makes by default, where Adam follows the rounding of gradients near 0. */
const manySteps = { epochs: 3, minibatches: 4 };
const manyStepsTolerance = 1e-3;

const vulkan = softwareVulkan();
const withVulkan = vulkan === null ? `(skipped: ${noSoftwareVulkan})` : '';
const withTensorflow = isTensorflowInstalled() ? '' : '(skipped: tfjs-node is not installed)';

const onCpu: Partial<Record<CurvePlanner, ToyCurve>> = {};
beforeAll(async () => {
  onCpu.gru = await toyCurve('cpu', iterations, 'gru');
  onCpu.transformer = await toyCurve('cpu', iterations, 'transformer');
}, 60_000);

describe('the same seed', { timeout: 60_000 }, () => {
  describe.each(['gru', 'transformer'] as const)('of the planner %s', (kind) => {
    it.each(['cpu', 'wasm'] as const)('gives the same bits every time on %s', async (backend) => {
      expect(await toyCurve(backend, 2, kind)).toEqual(await toyCurve(backend, 2, kind));
    });

    it('gives the same curve on wasm', async () => {
      expectAlike(await toyCurve('wasm', iterations, kind), onCpu[kind]!);
    });
  });

  it('gives nearly the same curve on wasm with the steps of the defaults', async () => {
    const [expected, curve] = [
      await trained(toyPlanner({ backend: 'cpu' }), iterations, manySteps),
      await trained(toyPlanner({ backend: 'wasm' }), iterations, manySteps),
    ];
    expectAlike(curve, expected, { curve: manyStepsTolerance, weights: manyStepsTolerance });
  });

  it.skipIf(vulkan === null)(
    `gives the same curve on webgpu, in software ${withVulkan}`,
    { timeout: 180_000 },
    async () => {
      const curve = await curveOfProcess('webgpu', vulkan!);
      expect(curve.device).toMatchObject({ name: 'webgpu', isGpu: false });
      expectAlike(curve, onCpu.gru!);
    },
  );

  it.skipIf(withTensorflow !== '')(`gives the same curve on tensorflow ${withTensorflow}`, async () => {
    const curve = await curveOfProcess('tensorflow', process.env);
    expect(curve.device.name).toBe('tensorflow');
    expectAlike(curve, onCpu.gru!);
  });
});

function expectAlike(
  curve: ToyCurve,
  reference: ToyCurve,
  tolerance = { curve: curveTolerance, weights: weightTolerance },
): void {
  expect(curve.updates).toHaveLength(reference.updates.length);
  for (const [index, { policy, gradientNorm }] of curve.updates.entries()) {
    const expected = reference.updates[index]!;
    expect(policy!.decisions).toBe(expected.policy!.decisions);
    for (const name of ['loss', 'entropy', 'divergence'] as const) {
      expect(Math.abs(policy![name] - expected.policy![name]), name).toBeLessThan(tolerance.curve);
    }
    expect(Math.abs(gradientNorm! / expected.gradientNorm! - 1)).toBeLessThan(tolerance.curve);
  }
  const distance = lengthOf(curve.weights.map((weight, index) => weight - reference.weights[index]!));
  expect(distance / lengthOf(reference.weights)).toBeLessThan(tolerance.weights);
}

async function curveOfProcess(backend: string, env: NodeJS.ProcessEnv): Promise<ToyCurve & { device: BackendDevice }> {
  const script = new URL('./testing/print-curve.ts', import.meta.url);
  return (await printedBy(script, [backend, String(iterations)], env)) as ToyCurve & { device: BackendDevice };
}

function lengthOf(vector: readonly number[]): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}
