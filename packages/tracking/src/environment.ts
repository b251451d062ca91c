import { spawnSync } from 'node:child_process';
import type { LearningDevice } from '@rsim/core';
import { arch, cpus, platform, release, totalmem } from 'node:os';

/** What a run ran on, so that a number can be traced to the machine that gave it. */
export interface Environment {
  readonly time: string;
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  /** Versions of what decides the numbers, by package name. */
  readonly versions: Readonly<Record<string, string>>;
  /** What leader and follower learn on, by role; lacking where nobody learns or says. */
  readonly learning?: Readonly<Record<string, LearningDevice>>;
  /** Absolute folder that relative paths in the configuration start from. */
  readonly configDirectory: string;
  /** Git commit of that folder, with `-dirty` behind it where files differ; lacking outside of a repository. */
  readonly commit?: string;
}

/** The machine and the process, and what the caller knows besides. */
export function describeEnvironment(
  known: Pick<Environment, 'versions' | 'configDirectory' | 'learning'>,
): Environment {
  const cores = cpus();
  return {
    time: new Date().toISOString(),
    node: process.version,
    platform: `${platform()} ${arch()} ${release()}`,
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    ...known,
    commit: commitOf(known.configDirectory),
  };
}

function commitOf(folder: string): string | undefined {
  const words = ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'];
  const { status, stdout } = spawnSync('git', words, { cwd: folder, encoding: 'utf8', timeout: 5000 });
  return status === 0 ? stdout.trim() : undefined;
}
