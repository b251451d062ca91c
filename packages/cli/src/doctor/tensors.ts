import { createRequire } from 'node:module';
import { messageOf } from '@rsim/core';
import { backendNames, useBackend, type BackendName } from '@rsim/planner';
import type { Finding } from './finding.js';

const details: Readonly<Record<BackendName, string>> = {
  wasm: 'WebAssembly with SIMD, the default',
  cpu: 'plain JavaScript, slow, for tests',
};

export async function tensorFindings(): Promise<Finding[]> {
  const { version } = createRequire(import.meta.url)('@tensorflow/tfjs-core/package.json') as { version: string };
  const findings: Finding[] = [{ name: 'tfjs', status: 'works', detail: version }];
  for (const name of backendNames) {
    try {
      await useBackend(name);
      findings.push({ name, status: 'works', detail: details[name] });
    } catch (error) {
      const remedy = `Run npm ci again; without it, set the planner's option backend to another one.`;
      findings.push({ name, status: name === 'wasm' ? 'broken' : 'absent', detail: messageOf(error), remedy });
    }
  }
  return findings;
}
