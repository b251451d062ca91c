/** One entry of a run's journal. Besides the time it holds whatever its kind of event has to say. */
export interface JournalRecord {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** What happened, e.g. `started`, `resumed`, `iteration`, `finished`. */
  readonly event: string;
  readonly [field: string]: unknown;
}
