import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describeEnvironment } from '@rsim/tracking';
import type { Finding } from './finding.js';

const leastNode = [20, 19] as const;
const leastMemoryGigabytes = 2;

export async function platformFindings(): Promise<Finding[]> {
  const { node, platform, cpu, cores, memoryGigabytes } = describeEnvironment({
    versions: {},
    configDirectory: process.cwd(),
  });
  return [
    nodeFinding(node),
    await npmFinding(),
    { name: 'system', status: 'works', detail: platform },
    { name: 'processor', status: 'works', detail: `${cores} × ${cpu}` },
    memoryFinding(memoryGigabytes),
  ];
}

function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
  const enough = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
  if (enough) return { name: 'node', status: 'works', detail: version };
  const remedy = `Install Node ${leastNode.join('.')} or later from https://nodejs.org.`;
  return { name: 'node', status: 'broken', detail: version, remedy };
}

async function npmFinding(): Promise<Finding> {
  try {
    // npm is a script on Windows, and scripts need a shell there.
    const { stdout } = await promisify(execFile)('npm', ['--version'], { shell: process.platform === 'win32' });
    return { name: 'npm', status: 'works', detail: stdout.trim() };
  } catch {
    return {
      name: 'npm',
      status: 'absent',
      detail: 'not found; needed only to install',
      remedy: 'It comes with Node.',
    };
  }
}

function memoryFinding(gigabytes: number): Finding {
  const detail = `${gigabytes} GB`;
  if (gigabytes >= leastMemoryGigabytes) return { name: 'memory', status: 'works', detail };
  return { name: 'memory', status: 'broken', detail, remedy: `The main job needs ${leastMemoryGigabytes} GB.` };
}
