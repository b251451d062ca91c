import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** A file of a run folder. */
export interface RunFile {
  /** Its path in the folder, with `/`. */
  readonly path: string;
  readonly bytes: number;
}

/** Files that tell of a run, where they are there; its journal is last, since it grows longest. */
const telling = [
  'config.json',
  'environment.json',
  'results.json',
  'report.html',
  'schedules.json',
  'episodes.jsonl',
  'journal.jsonl',
];

/** Folder of the trained planner. */
const planner = join('checkpoints', 'trained');

/** The files worth keeping elsewhere: configuration, results, report, sampled episodes, journal. */
export function tellingFiles(run: string): RunFile[] {
  return telling.filter((name) => existsSync(join(run, name))).map((name) => fileAt(run, join(run, name)));
}

/** Whether training ended in the run at `path`. */
export function isTrained(path: string): boolean {
  return existsSync(join(path, planner));
}

/** The files of the trained planner; none before training ended. */
export function plannerFiles(run: string): RunFile[] {
  if (!isTrained(run)) return [];
  const folder = join(run, planner);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => fileAt(run, join(entry.parentPath, entry.name)))
    .sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** A file's content and the SHA-256 of it. */
export function readRunFile(run: string, { path }: RunFile): { content: Uint8Array<ArrayBuffer>; digest: string } {
  const content = new Uint8Array(readFileSync(join(run, path)));
  return { content, digest: createHash('sha256').update(content).digest('hex') };
}

function fileAt(run: string, path: string): RunFile {
  return { path: relative(run, path).split(sep).join('/'), bytes: statSync(path).size };
}
