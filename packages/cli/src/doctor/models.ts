import { messageOf, RsimError } from '@rsim/core';
import { embeddedModels, loadEmbeddedModel } from '@rsim/follower-adapters';
import type { Finding } from './finding.js';

const few = 4;

/** Every shipped model, read and checked against its checksums. */
export async function modelFindings(): Promise<Finding[]> {
  const models = await embeddedModels();
  const findings: Finding[] = [];
  for (const { name, parameters, sha256, path } of models) {
    try {
      await loadEmbeddedModel(name);
      const detail = `${(parameters / 1e6).toFixed(2)}M parameters, SHA-256 ${sha256.slice(0, 12)}… as recorded`;
      findings.push({ name, status: 'works', detail });
    } catch (error) {
      const remedy = error instanceof RsimError ? error.remedy : `Restore ${path}.`;
      findings.push({ name, status: 'broken', detail: messageOf(error), remedy });
    }
  }
  if (models.length >= few) return findings;
  const detail = `${models.length} of at least ${few} are here`;
  return [
    ...findings,
    { name: 'models', status: 'broken', detail, remedy: 'Restore packages/follower-adapters/models.' },
  ];
}
