import type { CommonOptions } from '../request.js';
import { train } from './train.js';

export interface RunsResumeOptions extends CommonOptions {
  /** False with `--no-evaluation`. */
  readonly evaluation: boolean;
}

/** Goes on with a run as it was started, like `train --resume RUN`; one that is finished shows its results. */
export async function runsResume(options: RunsResumeOptions, path: string): Promise<void> {
  await train({ ...options, resume: path, set: [] });
}
