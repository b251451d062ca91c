import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { ConfigError } from '@rsim/core';
import { RunFolder } from '@rsim/tracking';
import type { CommonOptions } from '../request.js';
import { folderBytes } from '../run-summary.js';

export interface RunsDeleteOptions extends CommonOptions {
  readonly yes?: boolean;
}

/** Deletes runs: what is a run's, and the folder if nothing else lies in it. None is touched unless all of them are runs. */
export async function runsDelete({ json, yes }: RunsDeleteOptions, paths: readonly string[]): Promise<number> {
  for (const path of paths) RunFolder.assertRun(path);
  if (!yes && !(await agrees(paths))) return 1;
  for (const path of paths) {
    RunFolder.remove(path);
    if (existsSync(path) && readdirSync(path).length === 0) rmdirSync(path);
    if (!json) console.log(`deleted ${path}${existsSync(path) ? ', except for what is not of the run' : ''}`);
  }
  if (json) console.log(JSON.stringify({ deleted: paths }));
  return 0;
}

/** @throws ConfigError where nobody can be asked. */
async function agrees(paths: readonly string[]): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new ConfigError('nobody can be asked whether to delete', { remedy: 'Pass --yes to delete without asking.' });
  }
  const megabytes = paths.reduce((sum, path) => sum + folderBytes(path), 0) / 1e6;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`delete ${paths.join(', ')} (${megabytes.toFixed(1)} MB)? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
