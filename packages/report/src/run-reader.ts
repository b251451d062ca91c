import { isDeepStrictEqual } from 'node:util';
import { basename, join, resolve } from 'node:path';
import type { JournalRecord } from '@rsim/core';
import { chosenEpisodes } from './chosen-episodes.js';
import { continualOf } from './continual-matrix.js';
import { asEpisodeRecord, EpisodeDivider, type ReadEpisode } from './episode-parts.js';
import { LineTail } from './line-tail.js';
import { latest, pointOf } from './points.js';
import type { EpisodeBody, Point, RunData, RunPatch } from './report-data.js';
import { RunFiles } from './run-files.js';
import { progressOf } from './run-progress.js';
import { resultsOf } from './run-results.js';
import { stateOf } from './run-state.js';
import { strategyIds, strategyName } from './strategies.js';
import { transferOf } from './transfer-matrix.js';

/** A run as far as it is known, with the bodies of its episodes. */
export interface ReadRun {
  readonly data: RunData;
  readonly bodies: readonly EpisodeBody[];
}

/** Most episodes of a run that a page keeps, unless it is told otherwise. */
export const mostEpisodes = 2000;

/**
 * Reads a run folder, once or again and again while it grows. Nothing that is missing or damaged stops it: what is there
 * is read, and the notices say what is not.
 */
export class RunReader {
  readonly #journal: LineTail<JournalRecord>;
  readonly #episodes: LineTail<ReadEpisode>;
  readonly #files: RunFiles;
  #run: ReadRun;
  #divider: EpisodeDivider | null = null;
  #damaged = { journal: 0, episodes: 0 };
  #leftOut = 0;

  constructor(
    readonly path: string,
    private readonly most = mostEpisodes,
  ) {
    this.#journal = new LineTail(join(path, 'journal.jsonl'), asJournalRecord);
    this.#episodes = new LineTail(join(path, 'episodes.jsonl'), asEpisodeRecord);
    this.#files = new RunFiles(path);
    this.#run = { data: emptyRun(basename(resolve(path))), bodies: [] };
  }

  /** Everything read so far. */
  get run(): ReadRun {
    return this.#run;
  }

  /** Reads what is new. @returns the change, or `null` where there is none. */
  read(): RunPatch | null {
    const journal = this.#journal.read();
    if (journal.restarted) this.#forget();
    const before = this.#run.data;
    this.#damaged.journal += journal.damaged;
    const points = journal.records.map(pointOf).filter((point) => point !== null);
    const allPoints = points.length === 0 ? before.points : latest([...before.points, ...points]);
    const { problems, episodes, bodies } = this.#readEpisodes(allPoints);
    const grown = {
      ...before,
      points: allPoints,
      problems: [...before.problems, ...problems],
      episodes: [...before.episodes, ...episodes],
    };
    const facts = this.#facts(grown, journal.records);
    this.#run = { data: { ...grown, ...facts }, bodies: [...this.#run.bodies, ...bodies] };
    const changed = Object.entries(facts).filter(([name, value]) => !same(value, before[name as keyof RunData]));
    if (points.length + bodies.length + changed.length === 0 && !journal.restarted) return null;
    return { ...Object.fromEntries(changed), points, problems, episodes, bodies, restarted: journal.restarted };
  }

  #readEpisodes(points: readonly Point[]) {
    const ids = this.#divider === null ? strategyIds(points, this.#files.read('config.json').json) : null;
    if (ids !== null) this.#divider = new EpisodeDivider([...ids]);
    // Without the strategies' order the probabilities have no names; the episodes wait for the journal to tell.
    if (this.#divider === null) return { problems: [], episodes: [], bodies: [] };
    const divider = this.#divider;
    const known = divider.problems.length;
    const { records, damaged } = this.#episodes.read();
    const chosen = chosenEpisodes(records, this.most - this.#run.bodies.length);
    this.#damaged.episodes += damaged;
    this.#leftOut += records.length - chosen.length;
    const divided = chosen.map((record) => divider.divide(record));
    return {
      problems: divider.problems.slice(known),
      episodes: divided.map(({ entry }) => entry),
      bodies: divided.map(({ body }) => body),
    };
  }

  /** Everything of a run but its points, problems and episodes. Of one that is gone, what was known is kept. */
  #facts(run: RunData, records: readonly JournalRecord[]): Partial<RunData> {
    // A finished run that is evaluated again notes what that cost.
    const last = records.findLast(({ event }) => event !== 'usage');
    const finished = last === undefined ? run.finished : last.event === 'finished' ? last : null;
    const state = stateOf(this.path, this.#files, run.config !== null, finished !== null);
    if (state === 'gone') return { state };
    const [evaluated, continual, transfer] = [
      resultsOf(this.#files),
      continualOf(this.#files),
      transferOf(this.#files),
    ];
    return {
      config: this.#files.read('config.json').json,
      environment: this.#files.read('environment.json').json,
      started: run.started ?? records[0]?.time ?? null,
      lastHeard: last?.time ?? run.lastHeard,
      progress: progressOf(records, run.progress),
      finished,
      strategies: (this.#divider?.strategies ?? []).map(strategyName),
      state,
      ...{ ...evaluated, ...continual, ...transfer },
      notices: [
        // A folder of a transfer matrix is no run and lacks nothing by it.
        ...(transfer.transfer === null
          ? [...this.#fileNotices(), ...evaluated.notices, ...this.#lineNotices(run)]
          : []),
        ...continual.notices,
        ...transfer.notices,
      ],
    };
  }

  #fileNotices(): string[] {
    return ['config.json', 'environment.json'].flatMap((name) => {
      const file = this.#files.read(name);
      if (file.problem === null) return [];
      return [file.problem === 'missing' ? `There is no ${name}.` : `${name} cannot be read: ${file.why}.`];
    });
  }

  #lineNotices({ points, episodes }: RunData): string[] {
    const damage = (name: string, count: number) =>
      count === 0 ? [] : [`${name} has ${count} damaged ${count === 1 ? 'line' : 'lines'}, which are left out.`];
    return [
      ...(points.length === 0 ? ['The journal tells of no iteration: there are no learning curves.'] : []),
      ...(episodes.length === 0 ? ['There are no episodes.'] : []),
      ...damage('journal.jsonl', this.#damaged.journal),
      ...damage('episodes.jsonl', this.#damaged.episodes),
      ...(this.#leftOut > 0 ? [`${this.#leftOut} episodes are left out: a page keeps ${this.most} of a run.`] : []),
    ];
  }

  #forget(): void {
    this.#episodes.rewind();
    this.#divider = null;
    this.#run = { data: emptyRun(this.#run.data.name), bodies: [] };
    this.#damaged = { journal: 0, episodes: 0 };
    this.#leftOut = 0;
  }
}

/** Whether two values are the same; what was read from an unchanged file is the very same object. */
function same(one: unknown, other: unknown): boolean {
  return one === other || isDeepStrictEqual(one, other);
}

function emptyRun(name: string): RunData {
  return {
    ...{ name, group: 0, state: 'waiting', config: null, environment: null },
    ...{ started: null, lastHeard: null, progress: null, finished: null },
    ...{
      points: [],
      strategies: [],
      problems: [],
      episodes: [],
      results: null,
      tables: [],
      continual: null,
      transfer: null,
      notices: [],
    },
  };
}

function asJournalRecord(json: unknown): JournalRecord | null {
  const record = json as Partial<JournalRecord> | null;
  return typeof record?.time === 'string' && typeof record.event === 'string' ? (record as JournalRecord) : null;
}
