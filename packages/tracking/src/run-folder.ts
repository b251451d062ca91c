import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { messageOf, RunFolderError, type JournalRecord } from '@rsim/core';
import { writeAtomically } from './atomic-write.js';
import type { Environment } from './environment.js';
import type { EpisodeRecord } from './episode-record.js';
import { JsonLines, readJsonLines } from './json-lines.js';
import { makeFolder } from './make-folder.js';
import { RunLock, type LockHolder } from './run-lock.js';

export interface RunFolderOptions {
  /** The resolved configuration; plain JSON data. */
  readonly config: unknown;
  readonly environment: Environment;
  /** Goes on with the run that is there, which must have the same configuration; starts one where there is none. */
  readonly resume?: boolean;
}

/** What a run folder holds; `config.json` is what makes a folder a run, so it is written last and removed last. */
const entries = [
  'checkpoints',
  'cells',
  'skipped',
  'trackers',
  'schedules.json',
  'episodes.jsonl',
  'journal.jsonl',
  'results.json',
  'report.html',
  'continual.json',
  'environment.json',
  'config.json',
];

/**
 * A run on disk: `config.json`, `environment.json`, `journal.jsonl`, `episodes.jsonl`, `checkpoints/`, `results.json`.
 * Whole files are written atomically; the journal is append-only and flushed record by record.
 */
export class RunFolder implements Disposable {
  readonly path: string;
  /** True when the folder held a run already. */
  readonly resumed: boolean;
  readonly #journal: JsonLines;
  readonly #episodes: JsonLines;
  readonly #listeners = new Set<(record: JournalRecord) => void>();

  private constructor(
    path: string,
    resumed: boolean,
    private readonly lock: RunLock,
  ) {
    this.path = path;
    this.resumed = resumed;
    this.#journal = JsonLines.open(join(path, 'journal.jsonl'), { flush: true });
    this.#episodes = JsonLines.open(join(path, 'episodes.jsonl'), { flush: false });
  }

  /**
   * Makes the folder of a new run, or opens the one to go on with.
   *
   * @throws RunFolderError when it cannot be written, or holds a run that may not be gone on with.
   */
  static open(path: string, { config, environment, resume = false }: RunFolderOptions): RunFolder {
    const root = resolve(path);
    const plainConfig = asJson(config);
    const resumed = RunFolder.isRun(root);
    if (resumed) mayResume(root, plainConfig, resume);
    const lock = writing(root, () => {
      makeFolder(join(root, 'checkpoints'));
      return RunLock.take(root);
    });
    writing(root, () => writeJson(join(root, 'environment.json'), environment));
    const folder = new RunFolder(root, resumed, lock);
    if (!resumed) writing(root, () => writeJson(join(root, 'config.json'), plainConfig));
    return folder;
  }

  /** Whether there is a run at `path`. */
  static isRun(path: string): boolean {
    return existsSync(join(path, 'config.json'));
  }

  /** Whether the run at `path` was started with this configuration and has not finished. */
  static isUnfinished(path: string, config: unknown): boolean {
    return (
      RunFolder.isRun(path) &&
      isDeepStrictEqual(RunFolder.readConfig(path), asJson(config)) &&
      !RunFolder.isFinished(path)
    );
  }

  /** Whether the journal of the run at `path` says that it finished. */
  static isFinished(path: string): boolean {
    return RunFolder.readJournal(path).some(({ event }) => event === 'finished');
  }

  /**
   * Removes the run at `path`: what a run folder holds, and nothing else that lies there.
   *
   * @throws RunFolderError when it cannot be removed, or a process is writing into it.
   */
  static remove(path: string): void {
    writing(path, () => {
      using _ = RunLock.take(path);
      entries.forEach((name) => rmSync(join(path, name), { recursive: true, force: true }));
    });
  }

  /** The process that is writing into the run at `path`, `null` where none is. */
  static holder(path: string): LockHolder | null {
    return RunLock.holder(path);
  }

  /**
   * Keeps everybody else from writing into the run at `path` until it is disposed, without opening the run.
   *
   * @throws RunFolderError when a process is writing into it already.
   */
  static hold(path: string): Disposable {
    return writing(path, () => RunLock.take(path));
  }

  /**
   * The resolved configuration of the run at `path`.
   *
   * @throws RunFolderError when there is no run or its configuration cannot be read.
   */
  static readConfig(path: string): unknown {
    RunFolder.assertRun(path);
    return readJson(join(path, 'config.json'));
  }

  /** @throws RunFolderError when there is no run at `path`. */
  static assertRun(path: string): void {
    if (RunFolder.isRun(path)) return;
    throw new RunFolderError(`there is no run in ${resolve(path)}: it has no config.json`, {
      remedy: 'Name the folder of a run, e.g. runs/quickstart.',
      code: 'run-missing',
    });
  }

  /** What the run at `path` last ran on, or `null` where that was never written. */
  static readEnvironment(path: string): Environment | null {
    const file = join(path, 'environment.json');
    return existsSync(file) ? (readJson(file) as Environment) : null;
  }

  /** What the run at `path` began on, or `null` where that was never written. */
  static readFirstEnvironment(path: string): Environment | null {
    const change = RunFolder.readJournal(path).find(({ event }) => event === 'environment');
    return change === undefined ? RunFolder.readEnvironment(path) : (change['before'] as Environment);
  }

  static readJournal(path: string): JournalRecord[] {
    return readJsonLines<JournalRecord>(join(path, 'journal.jsonl'));
  }

  static readEpisodes(path: string): EpisodeRecord[] {
    return readJsonLines<EpisodeRecord>(join(path, 'episodes.jsonl'));
  }

  /** Folder of the checkpoints; it exists. */
  get checkpoints(): string {
    return join(this.path, 'checkpoints');
  }

  /** Folder of the finished cells of the evaluation. */
  get cells(): string {
    return join(this.path, 'cells');
  }

  get results(): string {
    return join(this.path, 'results.json');
  }

  /** Adds a record to the journal; it is on the disk when this returns. */
  journal(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const record: JournalRecord = { time: new Date().toISOString(), event, ...fields };
    this.#journal.append(record);
    for (const listener of this.#listeners) listener(record);
  }

  /** Calls `listener`, which must not throw, with every record from now on, once it is on the disk. @returns what ends that. */
  onRecord(listener: (record: JournalRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  recordEpisode(record: EpisodeRecord): void {
    this.#episodes.append(record);
  }

  /** Writes one of the run's JSON files whole, e.g. `results.json`; a folder in its name is made. */
  write(name: string, content: unknown): void {
    writing(this.path, () => {
      makeFolder(dirname(join(this.path, name)));
      writeJson(join(this.path, name), content);
    });
  }

  /** What `write` wrote under that name, or `null` where it never did. */
  read(name: string): unknown {
    return existsSync(join(this.path, name)) ? readJson(join(this.path, name)) : null;
  }

  [Symbol.dispose](): void {
    this.#journal[Symbol.dispose]();
    this.#episodes[Symbol.dispose]();
    this.lock[Symbol.dispose]();
  }
}

/** @throws RunFolderError when the run at `root` may not be gone on with. */
function mayResume(root: string, config: unknown, resume: boolean): void {
  if (!resume) {
    throw new RunFolderError(`there is already a run in ${root}`, {
      remedy: 'Pass --resume to go on with it, --overwrite to replace it, or name another folder.',
      code: 'run-exists',
    });
  }
  if (!isDeepStrictEqual(readJson(join(root, 'config.json')), config)) {
    throw new RunFolderError(`the run in ${root} was started with another configuration`, {
      remedy:
        'Resume it with the configuration in its config.json, pass --overwrite to replace it, or name another folder.',
      code: 'run-config-changed',
    });
  }
}

/** What is left of a value when it is written and read back. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function writing<T>(root: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (error instanceof RunFolderError) throw error;
    throw new RunFolderError(`cannot write the run folder ${root}: ${messageOf(error)}`, {
      remedy: 'Choose a folder on a disk with free space where you may write.',
      code: 'run-folder-unwritable',
      cause: error,
    });
  }
}

function writeJson(path: string, content: unknown): void {
  writeAtomically(path, `${JSON.stringify(content, null, 2)}\n`);
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new RunFolderError(`cannot read ${path}: ${messageOf(error)}`, {
      remedy: 'The file is damaged: name another folder or start the run anew.',
      cause: error,
    });
  }
}
