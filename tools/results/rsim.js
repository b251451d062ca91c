// Running the command `rsim` from the results' scripts, from the root of the repository.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** `--set` and its value. */
export const set = (path, value) => ['--set', `${path}=${JSON.stringify(value)}`];

/** Runs the command; ends the script when it fails. */
export function rsim(...words) {
  console.error(`rsim ${words.join(' ')}`);
  const bin = fileURLToPath(new URL('../../packages/cli/bin/rsim.js', import.meta.url));
  const { status } = spawnSync(process.execPath, [bin, ...words], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Trains, or goes on training, without the evaluation. */
export function train(run, ...settings) {
  rsim('train', '--resume', '--no-evaluation', '--run', run, ...settings);
}
