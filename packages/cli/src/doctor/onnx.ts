import type { Finding } from './finding.js';

export async function onnxFindings(): Promise<Finding[]> {
  const { env, listSupportedBackends } = await import('onnxruntime-node');
  const version: Finding = { name: 'onnxruntime-node', status: 'works', detail: env.versions.node ?? 'unknown' };
  const providers = listSupportedBackends().map(({ name, bundled }): Finding => {
    if (bundled) return { name, status: 'works', detail: 'bundled execution provider' };
    return { name, status: 'absent', detail: 'execution provider whose binaries are not installed' };
  });
  return [version, ...providers];
}
