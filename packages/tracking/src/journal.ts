import type { JournalRecord } from '@rsim/core';

/**
 * The records of one kind that carry an `iteration`, each iteration once. A run that was killed after it journalled an
 * iteration but before its checkpoint does that iteration again, and the later record counts.
 */
export function iterations(records: readonly JournalRecord[], event = 'iteration'): JournalRecord[] {
  const latest = new Map<number, JournalRecord>();
  for (const record of records) {
    if (record.event === event && typeof record.iteration === 'number') latest.set(record.iteration, record);
  }
  return [...latest.entries()].sort(([a], [b]) => a - b).map(([, record]) => record);
}
