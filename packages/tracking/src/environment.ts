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
}

/** @param versions versions of the packages that decide the numbers. */
export function describeEnvironment(versions: Readonly<Record<string, string>>): Environment {
  const cores = cpus();
  return {
    time: new Date().toISOString(),
    node: process.version,
    platform: `${platform()} ${arch()} ${release()}`,
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    versions,
  };
}
