import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

/**
 * Runs src/main.ts from source with the request as its argument and ends with its exit code. The flags go to a process
 * of its own because worker threads and child processes inherit them from there.
 */
export function launch(request) {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const flags = ['--conditions=@rsim/source', '--import', import.meta.resolve('tsx')];
  // Lets glibc hand large buffers back to the system: as it is, it keeps those of every follower that was in use.
  const env = { MALLOC_MMAP_THRESHOLD_: String(2 ** 20), ...process.env };
  const child = spawn(process.execPath, [...flags, main, JSON.stringify(request)], { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
}
