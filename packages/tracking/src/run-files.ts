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

/** Folders of what was trained, by who it is. */
const trained = { planner: join('checkpoints', 'trained'), follower: join('checkpoints', 'trained-follower') } as const;

export type Learner = keyof typeof trained;

/** The files worth keeping elsewhere: configuration, results, report, sampled episodes, journal. */
export function tellingFiles(run: string): RunFile[] {
  return telling.filter((name) => existsSync(join(run, name))).map((name) => fileAt(run, join(run, name)));
}

/** Whether training ended in the run at `path`. */
export function isTrained(path: string): boolean {
  return existsSync(join(path, trained.planner));
}

/** The files of the trained planner or follower; none before training ended, or where it did not learn. */
export function trainedFiles(run: string, learner: Learner): RunFile[] {
  const folder = join(run, trained[learner]);
  if (!existsSync(folder)) return [];
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
