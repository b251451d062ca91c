import type { JournalRecord } from './journal-record.js';

/** A run as a tracker sees it. */
export interface TrackedRun {
  /** Absolute folder of the run: everything that happens is written down there first. */
  readonly path: string;
  /** Tells the reader of the run something, e.g. that a server is out of reach. */
  readonly warn: (message: string) => void;
}

/** How a run, or a stretch of one that can be resumed, came to its end. */
export type RunEnding = 'finished' | 'stopped' | 'failed';

/**
 * Shows a run or sends it somewhere. The run folder is the source of truth: a tracker reads it and keeps what it needs to
 * know of itself in `trackers/` there, and nothing it does or fails to do may hold up, end or change the run. Secrets come
 * from the environment, since the options are kept in the run's `config.json`.
 */
export interface Tracker {
  readonly name: string;
  /** Begins to follow a run that this process writes. Returns at once and never throws: what is wrong is told to `warn`. */
  follow(run: TrackedRun): TrackerSession;
  /**
   * Brings what it sent up to what the run folder says, without sending anything twice. Lacking where nothing can lag
   * behind.
   *
   * @throws TrackerError when it cannot be done now.
   */
  sync?(run: TrackedRun, signal: AbortSignal): Promise<SyncReport>;
}

/** One run being followed. */
export interface TrackerSession {
  /** Called after each record that went into the journal. Returns at once and never throws. */
  record(record: JournalRecord): void;
  /**
   * Sends what is left, for a bounded time.
   *
   * @returns what could not be done, as a sentence; `null` when everything was.
   */
  close(ending: RunEnding): Promise<string | null>;
}

/** What a synchronisation did. */
export interface SyncReport {
  /** Where the run can be looked at: an address or a path. */
  readonly destination: string;
  /** Metric points sent now. */
  readonly sent: number;
  /** Metric points that the destination refuses for good. */
  readonly refused: number;
}
