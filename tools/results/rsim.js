// Running the command `rsim` from the results' scripts, from the root of the repository.
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const bin = fileURLToPath(new URL('../../packages/cli/bin/rsim.js', import.meta.url));

/** `--set` and its value. */
export const set = (path, value) => ['--set', `${path}=${JSON.stringify(value)}`];

/** Runs the command; ends the script when it fails. */
export function rsim(...words) {
  console.error(`rsim ${words.join(' ')}`);
  const { status } = spawnSync(process.execPath, [bin, ...words], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Trains, or goes on training, without the evaluation. */
export function train(run, ...settings) {
  rsim('train', '--resume', '--no-evaluation', '--run', run, ...settings);
}

/** Runs the command beside others; what it says goes to the file `log`. Gives what it puts out; ends the script when it fails. */
export function rsimAside(log, ...words) {
  mkdirSync(dirname(log), { recursive: true });
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...words], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stderr.pipe(createWriteStream(log, { flags: 'a' }));
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.on('exit', (code) => {
      if (code === 0) return resolve(output);
      console.error(`rsim ${words.join(' ')} ended with ${code}; see ${log}, and start this again to go on`);
      process.exit(code ?? 1);
    });
  });
}

/** Makes all runs, `concurrency` of them at a time in their order, each as a separate process. */
export async function makeRuns(runs, concurrency, make) {
  const waiting = [...runs];
  const work = async () => {
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
      const started = performance.now();
      await make(run);
      const seconds = Math.round((performance.now() - started) / 1000);
      console.error(`${run.path}: ${seconds} s, ${waiting.length} more to start`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}
