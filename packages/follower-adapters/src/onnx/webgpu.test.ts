import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { FollowerStep } from '@rsim/core';
import { noSoftwareVulkan, softwareVulkan } from '@rsim/core/conformance';
import { expect, it } from 'vitest';

import { referenceOf } from './fixtures.js';
import type { OnnxEngineFacts } from './onnx-messages.js';

const vulkan = softwareVulkan();
const withVulkan = vulkan === null ? `(skipped: ${noSoftwareVulkan})` : '';
const tokens = 4;

it.skipIf(vulkan === null)(
  `writes on webgpu, in software, what transformers writes ${withVulkan}`,
  { timeout: 300_000 },
  async () => {
    const { greedy, logProbabilities } = referenceOf('qwen2');
    const step = await written('webgpu', vulkan!);
    expect(step.layout).toBe('padded');
    expect(step.tokens).toEqual(greedy.slice(0, tokens));
    step.logProbabilities.forEach((value, index) => {
      expect(Math.abs(value - (logProbabilities[index] as number))).toBeLessThan(0.005);
    });
  },
);

/** From a process of its own, because a driver is chosen when one starts. */
async function written(device: string, env: NodeJS.ProcessEnv): Promise<FollowerStep & OnnxEngineFacts> {
  const script = fileURLToPath(new URL('../testing/print-greedy.ts', import.meta.url));
  const flags = ['--conditions=@rsim/source', '--import', import.meta.resolve('tsx')];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, device, String(tokens)], {
    ...{ env, timeout: 290_000 },
  });
  return JSON.parse(stdout) as FollowerStep & OnnxEngineFacts;
}
