import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { messageOf, ProblemError } from '@rsim/core';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Row } from './row.js';

/** Bytes of a data file, packed and unpacked: all of it is held in memory. */
const largestByDefault = 512 * 1024 * 1024;
const mostFiles = 100_000;
const dataFile = /\.(jsonl|ndjson|json|parquet)(\.gz)?$/i;

/** Whether a file's name says that it holds rows. */
export function isDataFile(name: string): boolean {
  return dataFile.test(name) && !/\.parquet\.gz$/i.test(name);
}

/**
 * The rows of a data file: `.jsonl` (one object a line), `.json` (a list, or one row), either as `.gz`, or `.parquet`; of a
 * folder those of every data file in it, by path.
 *
 * @throws ProblemError naming the file, and the line where one is bad.
 */
export async function readRows(path: string, largestFile = largestByDefault): Promise<Row[]> {
  const found = await stat(path).catch(() => null);
  if (found === null)
    throw unreadable(path, 'there is no such file', 'Check the path; a relative one starts at the configuration.');
  if (found.isDirectory()) return readFolder(path, largestFile);
  if (!isDataFile(path))
    throw unreadable(path, 'its format is unknown', 'Use .jsonl, .json, .jsonl.gz, .json.gz or .parquet.');
  if (found.size > largestFile) throw tooLarge(path, largestFile);
  try {
    if (/\.parquet$/i.test(path)) return await readParquet(path);
    return readJson(path, await readText(path, largestFile));
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    throw unreadable(path, messageOf(cause), 'The file is damaged or of another format: get it again.');
  }
}

async function readFolder(folder: string, largestFile: number): Promise<Row[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory() && isDataFile(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (paths.length === 0)
    throw unreadable(
      folder,
      'there is no data file in it',
      'Name a file, or a folder with .jsonl, .json or .parquet files.',
    );
  if (paths.length > mostFiles)
    throw unreadable(folder, `${paths.length} files`, `Name a folder with at most ${mostFiles}.`);
  const rows: Row[] = [];
  for (const path of paths) {
    for (const row of await readRows(path, largestFile)) rows.push(row);
  }
  return rows;
}

async function readText(path: string, largestFile: number): Promise<string> {
  const bytes = await readFile(path);
  if (!/\.gz$/i.test(path)) return bytes.toString('utf8').replace(/^\uFEFF/, '');
  try {
    return gunzipSync(bytes, { maxOutputLength: largestFile }).toString('utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(path, largestFile);
    throw cause;
  }
}

function readJson(path: string, text: string): Row[] {
  const name = basename(path);
  if (/\.json(\.gz)?$/i.test(path)) {
    const value = JSON.parse(text) as unknown;
    return Array.isArray(value)
      ? value.map((row: unknown, index) => ({ value: row, place: `${name}, row ${index + 1}` }))
      : [{ value, place: name }];
  }
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const place = `${name}, line ${index + 1}`;
    try {
      return [{ value: JSON.parse(line) as unknown, place }];
    } catch (cause) {
      throw unreadable(place, messageOf(cause), 'Every line of a .jsonl file is one JSON object.');
    }
  });
}

/**
 * One column of one row group at a time: of columns that are read side by side, hyparquet 1.31 lets the second one that
 * is damaged end the process with an unhandled rejection.
 */
async function readParquet(path: string): Promise<Row[]> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  const rows: Row[] = [];
  for (const group of metadata.row_groups) {
    const rowStart = rows.length;
    const rowEnd = rowStart + Number(group.num_rows);
    const values: Record<string, unknown>[] = [];
    for (const name of columns) {
      const read = await parquetReadObjects({ file, metadata, compressors, columns: [name], rowStart, rowEnd });
      for (const [index, value] of read.entries()) (values[index] ??= {})[name] = plain(value[name]);
    }
    for (const value of values) rows.push({ value, place: `${basename(path)}, row ${rows.length + 1}` });
  }
  return rows;
}

/** The row as JSON would have it: 64-bit integers arrive as bigint. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Date || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]));
}

function tooLarge(path: string, largestFile: number): ProblemError {
  return unreadable(path, `it is larger than ${largestFile} bytes`, 'Name a smaller part of the data set.');
}

function unreadable(place: string, what: string, remedy: string): ProblemError {
  return new ProblemError(`${place} cannot be read: ${what}`, { remedy });
}
