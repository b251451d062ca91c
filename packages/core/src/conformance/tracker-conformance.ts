import type { JournalRecord } from '../journal-record.js';
import type { TrackedRun, Tracker, TrackerSession } from '../tracker.js';
import { Flaws } from './flaws.js';

export interface TrackerConformance {
  /** Folder of a run with at least one metric in its journal, which nobody else writes. */
  readonly path: string;
  /** Most seconds a session may take to close, and a synchronisation; 60 by default. */
  readonly seconds?: number;
}

/** Most milliseconds that the run may be held up by beginning to follow it, and by each record. */
const mostHeldUp = 2000;

/**
 * What every tracker must do, tried on this one: hold up nothing, take any record, close in bounded time however often a
 * run is resumed, and be able to synchronise at any time.
 *
 * @returns one sentence for each flaw; empty when there is none.
 */
export async function trackerFlaws(tracker: Tracker, { path, seconds = 60 }: TrackerConformance): Promise<string[]> {
  const flaws = new Flaws();
  const run: TrackedRun = { path, warn: () => undefined };
  flaws.expect(tracker.name !== '', 'it has no name');
  for (const when of ['following', 'following again'] as const) {
    await flaws.part(when, async () => {
      const session = quickly(flaws, `${when} a run`, () => tracker.follow(run));
      for (const record of oddRecords) quickly(flaws, `${when}: a record`, () => session.record(record));
      flaws.expect(await isInTime(session, seconds), `${when}: closing takes more than ${seconds} s`);
    });
  }
  await flaws.part('synchronising', async () => {
    const signal = AbortSignal.timeout(seconds * 1000);
    await tracker.sync?.(run, signal);
    const before = await tracker.sync?.(run, signal);
    const again = await tracker.sync?.(run, signal);
    flaws.expect(before?.destination === again?.destination, 'a synchronisation goes to another destination');
    flaws.expect(again?.destination !== '', 'a synchronisation does not say where to look');
  });
  return flaws.found;
}

const time = '2026-01-01T00:00:00.000Z';
const oddRecords: readonly JournalRecord[] = [
  { time, event: 'started' },
  { time, event: 'iteration', iteration: 1, nothing: null, deep: { deeper: [{}] }, ['ä/../%']: 1e308, ['']: -0 },
];

function quickly<T>(flaws: Flaws, what: string, work: () => T): T {
  const began = performance.now();
  const result = work();
  flaws.expect(performance.now() - began <= mostHeldUp, `${what} holds up the run`);
  return result;
}

async function isInTime(session: TrackerSession, seconds: number): Promise<boolean> {
  const late = Symbol();
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => (timer = setTimeout(() => resolve(late), seconds * 1000)));
  const first = await Promise.race([session.close('stopped'), limit]);
  clearTimeout(timer);
  return first !== late;
}
