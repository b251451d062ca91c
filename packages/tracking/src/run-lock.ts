import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { RunFolderError } from '@rsim/core';

/** A process that writes into a run. */
export interface LockHolder {
  readonly process: number;
  readonly host: string;
}

/** Keeps a second process from writing into the same run. One that a killed process left behind is taken over. */
export class RunLock implements Disposable {
  private constructor(private readonly file: string) {}

  /**
   * @throws RunFolderError when another process of this machine holds it, or one of another machine does.
   */
  static take(folder: string): RunLock {
    const file = join(folder, 'lock.json');
    const mine = JSON.stringify({ process: process.pid, host: hostname() });
    try {
      writeFileSync(file, mine, { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      refuseLiving(folder, file);
      writeFileSync(file, mine);
    }
    return new RunLock(file);
  }

  /** Who writes into the run in `folder`; `null` where nobody does. */
  static holder(folder: string): LockHolder | null {
    return livingHolder(join(folder, 'lock.json'));
  }

  [Symbol.dispose](): void {
    rmSync(this.file, { force: true });
  }
}

function livingHolder(file: string): LockHolder | null {
  const holder = readHolder(file);
  return holder?.host === hostname() && !isAlive(holder.process) ? null : holder;
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

function isAlive(id: number): boolean {
  if (id === process.pid) return true;
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
