import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { RunFolderError } from '@rsim/core';
import { columns } from '../columns.js';
import { duration } from '../progress.js';
import type { CommonOptions } from '../request.js';
import { findRuns, readRun, type RunSummary } from '../run-summary.js';

/** Lists the runs in a folder, the latest first. */
export async function runsList({ json }: CommonOptions, folder: string): Promise<void> {
  if (!existsSync(folder)) {
    throw new RunFolderError(`there is no folder ${folder}`, {
      remedy: 'Name the folder that your runs lie in; rsim train makes runs/ where it is started.',
      code: 'run-missing',
    });
  }
  const runs: RunSummary[] = [];
  for (const path of findRuns(folder)) runs.push((await readRun(path)).summary);
  runs.sort((left, right) => (right.started ?? '').localeCompare(left.started ?? ''));
  if (json) {
    console.log(JSON.stringify(runs, null, 2));
    return;
  }
  if (runs.length === 0) {
    console.log(`no runs in ${folder}`);
    return;
  }
  const head = ['run', 'state', 'started (UTC)', 'took', 'accuracy', 'follower', 'tasks'];
  console.log(columns([head, ...runs.map((run) => cells(run, folder))]));
  for (const { path, state, note } of runs) if (state === 'damaged') console.log(`${path}: ${note}`);
}

function cells(run: RunSummary, folder: string): string[] {
  return [
    ...[relative(folder, run.path) || run.name, run.state],
    ...[started(run), run.seconds === null ? '' : duration(run.seconds)],
    ...[run.accuracy?.toFixed(3) ?? '', run.follower ?? '', run.tasks.join(', ')],
  ];
}

/** `2026-11-25 08:07`. */
export function started({ started: time }: RunSummary): string {
  return time === null ? '' : time.slice(0, 16).replace('T', ' ');
}
