import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SkippedUpdate } from '@rsim/planner';
import type { RunFolder } from '@rsim/tracking';

/** More would only fill the disk: the first ones tell why. */
const mostKept = 10;

/** Keeps what an update was to learn from when it was skipped, as `skipped/<stage>-<iteration>-<role>.json` of the run. */
export function keepSkippedBatch(run: RunFolder, stage: string, skipped: SkippedUpdate): void {
  const folder = join(run.path, 'skipped');
  if (existsSync(folder) && readdirSync(folder).length >= mostKept) return;
  const name = `${stage}-${String(skipped.iteration).padStart(6, '0')}-${skipped.role}.json`;
  run.write(join('skipped', name), readable(skipped));
}

/** JSON has no NaN and no infinity; they are what a reader looks for. */
function readable(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, readable(each)]));
}
