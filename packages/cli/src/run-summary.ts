import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf, type JournalRecord, type RsimConfig } from '@rsim/core';
import { allSuites, readResults, type ResultRow, type Results } from '@rsim/evaluation';
import { isTrained, iterations, RunFolder } from '@rsim/tracking';
import { keptConfig } from './kept-config.js';

/** `trained`: the planner is, but the run was not evaluated. `damaged`: a file of it cannot be read. */
export type RunState = 'running' | 'finished' | 'trained' | 'unfinished' | 'damaged';

/** What a list says of a run. */
export interface RunSummary {
  readonly path: string;
  readonly name: string;
  readonly state: RunState;
  /** What is wrong with it, or who is writing it. */
  readonly note: string | null;
  /** ISO 8601, UTC. */
  readonly started: string | null;
  /** Seconds from its first record to its last, pauses included. */
  readonly seconds: number | null;
  /** Of the planner with its own follower, over all suites; `null` before it is measured. */
  readonly accuracy: number | null;
  readonly ciLow: number | null;
  readonly ciHigh: number | null;
  readonly follower: string | null;
  readonly tasks: readonly string[];
  /** Iterations done, the warm start's included. */
  readonly iterations: number;
}

/** A run with what was read of it. */
export interface ReadRun {
  readonly summary: RunSummary;
  readonly config: RsimConfig | null;
  readonly journal: readonly JournalRecord[];
  readonly results: Results | null;
}

/** Runs lie at most this deep below the folder that is listed. */
const deepest = 3;

/** The folders of runs at or below `folder`, sorted. */
export function findRuns(folder: string, depth = 0): string[] {
  if (RunFolder.isRun(folder)) return [folder];
  if (depth >= deepest) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .map(({ name }) => join(folder, name))
    .sort()
    .flatMap((path) => findRuns(path, depth + 1));
}

/** Reads a run, damaged or not. @throws RunFolderError where there is none. */
export async function readRun(path: string): Promise<ReadRun> {
  RunFolder.assertRun(path);
  const problems: string[] = [];
  const attempt = async <T>(read: () => T | Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await read();
    } catch (thrown) {
      problems.push(messageOf(thrown));
      return otherwise;
    }
  };
  const config = await attempt<RsimConfig | null>(() => keptConfig(path).config, null);
  const journal = await attempt<JournalRecord[]>(() => RunFolder.readJournal(path), []);
  const file = join(path, 'results.json');
  const results = existsSync(file) ? await attempt<Results | null>(() => readResults(file), null) : null;
  return { summary: summaryOf({ path, config, journal, results, problems }), config, journal, results };
}

function summaryOf(read: Omit<ReadRun, 'summary'> & { path: string; problems: readonly string[] }): RunSummary {
  const { path, config, journal, results, problems } = read;
  const holder = RunFolder.holder(path);
  const [first, last] = [journal[0], journal.at(-1)];
  const own = results === null ? undefined : plannerRow(results);
  return {
    ...{ path, name: basename(path), state: stateOf(path, journal, problems, holder !== null) },
    note: problems[0] ?? (holder === null ? null : `process ${holder.process} on ${holder.host}`),
    started: first?.time ?? null,
    seconds: first === undefined || last === undefined ? null : (Date.parse(last.time) - Date.parse(first.time)) / 1000,
    ...{ accuracy: own?.accuracy ?? null, ciLow: own?.ciLow ?? null, ciHigh: own?.ciHigh ?? null },
    follower: config === null ? null : followerName(config),
    tasks: config?.tasks.map(({ suite }) => suite) ?? [],
    iterations: [...new Set(journal.map(({ stage }) => stage))].reduce<number>(
      (sum, stage) => sum + iterations(journal.filter((record) => record.stage === stage)).length,
      0,
    ),
  };
}

function stateOf(
  path: string,
  journal: readonly JournalRecord[],
  problems: readonly string[],
  isHeld: boolean,
): RunState {
  if (isHeld) return 'running';
  if (problems.length > 0) return 'damaged';
  if (journal.some(({ event }) => event === 'finished')) return 'finished';
  return isTrained(path) ? 'trained' : 'unfinished';
}

/** The planner's accuracy over everything it was evaluated on with the follower it was trained with. */
function plannerRow({ pooled, rows }: Results): ResultRow | undefined {
  const own = (pooled ?? rows).filter(
    ({ policy, follower, trainedOn }) => policy === 'planner' && follower === trainedOn,
  );
  return own.find(({ suite }) => suite === allSuites) ?? (own.length === 1 ? own[0] : undefined);
}

function followerName({ follower: { name, options } }: RsimConfig): string {
  return typeof options['model'] === 'string' ? `${name} ${options['model']}` : name;
}

/** Bytes of a folder and everything in it. */
export function folderBytes(path: string): number {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
