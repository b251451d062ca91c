import { join } from 'node:path';
import { messageOf, type JournalRecord, type TrackedRun, type Tracker, type TrackerSession } from '@rsim/core';
import { z } from 'zod';
import { writeAtomically } from './atomic-write.js';
import { JsonLines } from './json-lines.js';
import { makeFolder } from './make-folder.js';
import { metricRecord, type MetricPoint } from './metric-points.js';
import { comparisonPoints, readRunResults, rowPoints } from './results-points.js';
import { runFacts } from './run-facts.js';
import { RunFolder } from './run-folder.js';

/** What the tracker `jsonl` takes. */
export const jsonlOptionsSchema = z.strictObject({});

/** A line of the export, as docs/tracking.md describes it. */
interface ExportLine {
  readonly type: 'run' | 'metrics' | 'results';
  /** Seconds since 1970. */
  readonly time: number;
  readonly [field: string]: unknown;
}

/**
 * Writes `trackers/metrics.jsonl` in the run folder for other programs to convert: the run's parameters, its numbers step
 * by step, its results, a JSON object a line. It is made anew from the journal whenever a run is begun, gone on with, ended
 * or synchronised, so that it has every step once.
 */
export const jsonlTracker: Tracker = {
  name: 'jsonl',
  follow: (run) => new JsonlSession(run),
  sync: async ({ path }) => {
    const points = new JournalExport(path).writeWhole(true);
    return { destination: fileIn(path), sent: points, refused: 0 };
  },
};

/** Appends while the run goes on. */
class JsonlSession implements TrackerSession {
  readonly #export: JournalExport;
  #file: JsonLines | null = null;
  #problem: string | null = null;

  constructor(run: TrackedRun) {
    this.#export = new JournalExport(run.path);
    this.#try(() => {
      this.#export.writeWhole(false);
      this.#file = JsonLines.open(fileIn(run.path), { flush: false });
    });
  }

  record(record: JournalRecord): void {
    if (this.#problem !== null) return;
    this.#try(() => {
      const line = this.#export.lineOf(record);
      if (line !== null) this.#file?.append(line);
    });
  }

  async close(): Promise<string | null> {
    this.#try(() => {
      this.#file?.[Symbol.dispose]();
      this.#export.writeWhole(true);
    });
    return this.#problem;
  }

  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#problem ??= messageOf(error);
    }
  }
}

class JournalExport {
  #steps = new Map<string, number>();

  constructor(private readonly path: string) {}

  /** @returns how many numbers the file has. @throws RunFolderError and what the file system throws. */
  writeWhole(withResults: boolean): number {
    this.#steps = new Map();
    const { name, parameters, startTime, tags } = runFacts(this.path);
    const run = {
      type: 'run',
      time: startTime / 1000,
      name,
      parameters: Object.fromEntries(parameters),
      tags,
    } as const;
    const metrics = RunFolder.readJournal(this.path).flatMap((record) => this.lineOf(record) ?? []);
    const lines: ExportLine[] = [run, ...metrics, ...(withResults ? this.#results() : [])];
    makeFolder(join(this.path, 'trackers'));
    writeAtomically(fileIn(this.path), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return lines.reduce((sum, { values }) => sum + Object.keys(values ?? {}).length, 0);
  }

  /** The line of a record; `null` where it has no number or is of a step that is there. */
  lineOf(record: JournalRecord): ExportLine | null {
    const metrics = metricRecord(record);
    if (metrics === null) return null;
    const { points, series, step } = metrics;
    if (step <= (this.#steps.get(series) ?? -Infinity)) return null;
    this.#steps.set(series, step);
    return { type: 'metrics', time: Date.parse(record.time) / 1000, series, step, values: valuesOf(points) };
  }

  #results(): ExportLine[] {
    const results = readRunResults(this.path);
    if (results === null) return [];
    const points = [...rowPoints(results.pooled, results.time, 0, true), ...comparisonPoints(results, 0)];
    return [{ type: 'results', time: results.time / 1000, values: valuesOf(points) }];
  }
}

function valuesOf(points: readonly MetricPoint[]): Record<string, number> {
  return Object.fromEntries(points.map(({ name, value }) => [name, value]));
}

function fileIn(run: string): string {
  return join(run, 'trackers', 'metrics.jsonl');
}
