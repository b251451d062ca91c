import { createRequire } from 'node:module';
import { messageOf, RsimError } from '@rsim/core';
import { backendNames, useBackend } from '@rsim/lm/backends';
import type { Finding } from './finding.js';

/** Every backend, found or not and why, and what `auto` would take. */
export async function tensorFindings(): Promise<Finding[]> {
  const { version } = createRequire(import.meta.url)('@tensorflow/tfjs-core/package.json') as { version: string };
  const findings: Finding[] = [{ name: 'tfjs', status: 'works', detail: version }];
  for (const name of backendNames) {
    try {
      const { device } = await useBackend(name);
      findings.push({ name, status: 'works', detail: device });
    } catch (error) {
      // Only the default is needed; the first line of a failed import says it all.
      const [detail = ''] = messageOf(error instanceof RsimError ? error.cause : error).split('\n');
      const remedy = error instanceof RsimError ? error.remedy : undefined;
      findings.push({ name, status: name === 'wasm' ? 'broken' : 'absent', detail, remedy });
    }
  }
  const automatic = await useBackend('auto');
  return [...findings, { name: 'auto', status: 'works', detail: `takes ${automatic.name}: ${automatic.device}` }];
}
