import { keptConfig } from '../finished-run.js';
import type { CommonOptions } from '../request.js';
import { trainIn } from './train.js';

export interface RunsResumeOptions extends CommonOptions {
  /** False with `--no-evaluation`. */
  readonly evaluation: boolean;
}

/** Goes on with a run as it was started; one that is finished shows its results. */
export async function runsResume(options: RunsResumeOptions, path: string): Promise<void> {
  await trainIn(path, keptConfig(path), { ...options, resume: true });
}
