import { readFile } from 'node:fs/promises';
import { messageOf, RunFolderError } from '@rsim/core';
import { z } from 'zod';
import { writeAtomically } from '../cell-store.js';
import { resultsSchema, type Results } from './schema.js';

/** A kind of JSON file that is checked when it is written and when it is read. */
export interface CheckedFile<Schema extends z.ZodType> {
  readonly schema: Schema;
  /** Name of the schema, e.g. `rsim.results/1`. */
  readonly name: string;
  /** The page that says what is in it. */
  readonly docs: string;
}

/**
 * Writes such a file, whole or not at all.
 *
 * @throws RunFolderError when the content is not what the schema says, or the file cannot be written.
 */
export async function writeChecked<Schema extends z.ZodType>(
  path: string,
  content: z.output<Schema>,
  file: CheckedFile<Schema>,
): Promise<void> {
  await writeAtomically(path, `${JSON.stringify(parsed(content, path, file), null, 2)}\n`);
}

/** @throws RunFolderError when the file cannot be read or is not what the schema says. */
export async function readChecked<Schema extends z.ZodType>(
  path: string,
  file: CheckedFile<Schema>,
): Promise<z.output<Schema>> {
  try {
    return parsed(JSON.parse(await readFile(path, 'utf8')), path, file);
  } catch (error) {
    if (error instanceof RunFolderError) throw error;
    throw new RunFolderError(`cannot read ${path}: ${messageOf(error)}`, {
      remedy: `Name a file of schema ${file.name}, or make it again.`,
      cause: error,
    });
  }
}

const resultsFile = { schema: resultsSchema, name: 'rsim.results/1', docs: 'docs/results-schema.md' };

/** Writes `results.json`. @throws RunFolderError as `writeChecked` does. */
export function writeResults(path: string, results: Results): Promise<void> {
  return writeChecked(path, results, resultsFile);
}

/** @throws RunFolderError as `readChecked` does. */
export function readResults(path: string): Promise<Results> {
  return readChecked(path, resultsFile);
}

function parsed<Schema extends z.ZodType>(
  value: unknown,
  path: string,
  { schema, name, docs }: CheckedFile<Schema>,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new RunFolderError(`${path} is not of schema ${name}: ${z.prettifyError(result.error)}`, {
    remedy: `See ${docs}, or make the file again.`,
    cause: result.error,
  });
}
