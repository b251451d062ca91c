import { createRequire } from 'node:module';
import { messageOf, RsimError } from '@rsim/core';
import { backendNames, useBackend, type BackendName } from '@rsim/planner';
import type { Finding } from './finding.js';

const details: Readonly<Record<BackendName, string>> = {
  wasm: 'WebAssembly with SIMD, the default',
  cpu: 'plain JavaScript, slow, for tests',
  webgpu: 'any graphics processor, through Dawn',
  tensorflow: 'libtensorflow, through tfjs-node',
};

export async function tensorFindings(): Promise<Finding[]> {
  const { version } = createRequire(import.meta.url)('@tensorflow/tfjs-core/package.json') as { version: string };
  const findings: Finding[] = [{ name: 'tfjs', status: 'works', detail: version }];
  for (const name of backendNames) {
    try {
      await useBackend(name);
      findings.push({ name, status: 'works', detail: details[name] });
    } catch (error) {
      // Only the default is needed; the first line of a failed import says it all.
      const [detail = ''] = messageOf(error).split('\n');
      const remedy = error instanceof RsimError ? error.remedy : undefined;
      findings.push({ name, status: name === 'wasm' ? 'broken' : 'absent', detail, remedy });
    }
  }
  return findings;
}
