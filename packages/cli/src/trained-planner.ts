import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Planner } from '@rsim/core';
import type { TrainedPlanner } from '@rsim/evaluation';
import type { RunFolder } from '@rsim/tracking';
import { trainedFolder } from './run-training.js';

/** A trained planner as the evaluation wants it, told apart by the hash of its files. */
export async function trainedPlanner(planner: Planner, trainedOn: string, run: RunFolder): Promise<TrainedPlanner> {
  const folder = join(run.checkpoints, trainedFolder);
  const hash = createHash('sha256');
  for (const name of (await readdir(folder)).sort()) hash.update(name).update(await readFile(join(folder, name)));
  return { planner, trainedOn, fingerprint: hash.digest('hex') };
}
