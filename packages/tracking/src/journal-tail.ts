import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalRecord } from '@rsim/core';
import { z } from 'zod';

/** Where a reader of a journal stands: the byte at which the first record begins that it has not had whole. */
export const journalCursorSchema = z.object({
  offset: z.int().nonnegative(),
  /** Metric points of that record that it has had. */
  points: z.int().nonnegative(),
});

export type JournalCursor = z.infer<typeof journalCursorSchema>;

/** A record and where the one after it begins. */
export interface PlacedRecord {
  readonly record: JournalRecord;
  readonly next: number;
}

/** As much of a journal as is read at once, where a record is not longer than that. */
const chunkBytes = 2 ** 18;

/**
 * Some whole records from `offset` on, the next ones; none where there is nothing new. A line that is no record is passed
 * over: the journal is append-only, so it will not become one.
 *
 * @throws the file system's own error, unless there is no journal yet.
 */
export async function readJournalFrom(run: string, offset: number, length = chunkBytes): Promise<PlacedRecord[]> {
  const bytes = await readBytes(join(run, 'journal.jsonl'), offset, length);
  if (bytes.length === length && !bytes.includes('\n')) return readJournalFrom(run, offset, 2 * length);
  const records: PlacedRecord[] = [];
  let start = 0;
  for (let end = bytes.indexOf('\n'); end >= 0; end = bytes.indexOf('\n', start)) {
    const record = asRecord(bytes.toString('utf8', start, end));
    start = end + 1;
    if (record !== null) records.push({ record, next: offset + start });
  }
  return records;
}

async function readBytes(path: string, offset: number, length: number): Promise<Buffer> {
  try {
    await using file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position: offset });
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function asRecord(line: string): JournalRecord | null {
  try {
    const value = JSON.parse(line) as JournalRecord;
    return typeof value.time === 'string' && typeof value.event === 'string' ? value : null;
  } catch {
    return null;
  }
}
