import { hostname } from 'node:os';
import { RunFolder } from '@rsim/tracking';
import type { RunState } from './report-data.js';
import type { RunFiles } from './run-files.js';

/**
 * @param known whether there was a run in the folder before.
 * @param finished whether the journal's last word is that it finished.
 */
export function stateOf(folder: string, files: RunFiles, known: boolean, finished: boolean): RunState {
  if (!RunFolder.isRun(folder)) return known ? 'gone' : 'waiting';
  if (isHeld(files)) return 'running';
  return finished ? 'finished' : 'stopped';
}

/** Whether a process holds the lock; one of another machine is believed to live. */
function isHeld(files: RunFiles): boolean {
  const lock = files.read('lock.json').json as { readonly process?: unknown; readonly host?: unknown } | null;
  if (typeof lock?.process !== 'number') return false;
  return lock.host !== hostname() || isAlive(lock.process);
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
