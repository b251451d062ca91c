import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { RunFolderError } from '@rsim/core';

/** A process that writes into a run. */
export interface LockHolder {
  readonly process: number;
  readonly host: string;
}

/** Files of the locks that this process holds. */
const held = new Set<string>();

/** Keeps a second process from writing into the same run. One that a killed process left behind is taken over. */
export class RunLock implements Disposable {
  private constructor(private readonly file: string) {}

  /**
   * @throws RunFolderError when another process of this machine holds it or is taking it, or one of another machine does.
   */
  static take(folder: string): RunLock {
    const file = fileIn(folder);
    // To look and then to write are two steps: of those that find the same lock left behind, one at a time may do both.
    const guard = guardOf(folder, file);
    try {
      refuseLiving(folder, file);
      writeFileSync(file, JSON.stringify({ process: process.pid, host: hostname() }));
    } finally {
      rmdirSync(guard);
    }
    held.add(file);
    return new RunLock(file);
  }

  /** Who writes into the run in `folder`; `null` where nobody does. */
  static holder(folder: string): LockHolder | null {
    return livingHolder(fileIn(folder));
  }

  [Symbol.dispose](): void {
    held.delete(this.file);
    rmSync(this.file, { force: true });
  }
}

function fileIn(folder: string): string {
  return resolve(folder, 'lock.json');
}

/** Makes the folder that only one process at a time can make. */
function guardOf(folder: string, file: string): string {
  const guard = `${file}.taking`;
  try {
    mkdirSync(guard);
    return guard;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new RunFolderError(`another process is about to write into the run in ${folder}`, {
      remedy: `Stop it first or name another folder; if there is no such process, delete ${guard}.`,
      code: 'run-busy',
    });
  }
}

function livingHolder(file: string): LockHolder | null {
  const holder = readHolder(file);
  return holder?.host === hostname() && !isAlive(holder.process, file) ? null : holder;
}

function refuseLiving(folder: string, file: string): void {
  const holder = livingHolder(file);
  if (holder === null) return;
  throw new RunFolderError(`process ${holder.process} on ${holder.host} is writing into the run in ${folder}`, {
    remedy: `Stop it first or name another folder; if there is no such process, delete ${file}.`,
    code: 'run-busy',
  });
}

function readHolder(file: string): LockHolder | null {
  try {
    const { process: id, host } = JSON.parse(readFileSync(file, 'utf8')) as LockHolder;
    return { process: id, host };
  } catch {
    // Gone by now, or torn by a crash.
    return null;
  }
}

function isAlive(id: number, file: string): boolean {
  // In a container that is started again, the process has the number that the killed one had.
  if (id === process.pid) return held.has(file);
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
