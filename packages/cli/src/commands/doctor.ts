import { messageOf } from '@rsim/core';
import pc from 'picocolors';
import type { Finding } from '../doctor/finding.js';
import { modelFindings } from '../doctor/models.js';
import { onnxFindings } from '../doctor/onnx.js';
import { platformFindings } from '../doctor/platform.js';
import { tensorFindings } from '../doctor/tensors.js';
import type { CommonOptions } from '../request.js';

const examinations: Readonly<Record<string, () => Promise<Finding[]>>> = {
  Platform: platformFindings,
  'Learning (tfjs)': tensorFindings,
  'Followers (onnxruntime)': onnxFindings,
  'Embedded followers': modelFindings,
};

/** Says what this machine offers, what is missing and how to get it. @returns 2 when something needed does not work. */
export async function doctor({ json }: CommonOptions): Promise<number> {
  const findings: (Finding & { group: string })[] = [];
  for (const [group, examine] of Object.entries(examinations)) {
    const found = await examine().catch((error: unknown): Finding[] => [
      { name: 'loading', status: 'broken', detail: messageOf(error), remedy: 'Run npm ci again.' },
    ]);
    findings.push(...found.map((finding) => ({ group, ...finding })));
    if (!json) print(group, found);
  }
  if (json) console.log(JSON.stringify(findings, null, 2));
  const broken = findings.filter(({ status }) => status === 'broken');
  if (!json)
    console.log(broken.length === 0 ? 'Everything needed works.' : `${broken.length} needed parts do not work.`);
  return broken.length === 0 ? 0 : 2;
}

const marks = { works: pc.green('works  '), absent: pc.yellow('absent '), broken: pc.red('broken ') };

function print(group: string, findings: readonly Finding[]): void {
  console.log(pc.bold(group));
  for (const { name, status, detail, remedy } of findings) {
    console.log(`  ${marks[status]} ${name.padEnd(16)} ${detail}`);
    if (remedy !== undefined) console.log(`          ${' '.repeat(16)} ${pc.dim(remedy)}`);
  }
  console.log();
}
