import { readFile } from 'node:fs/promises';
import { messageOf, RunFolderError } from '@rsim/core';
import { z } from 'zod';
import { writeAtomically } from '../cell-store.js';
import { resultsSchema, type Results } from './schema.js';

/**
 * Writes `results.json`, whole or not at all.
 *
 * @throws RunFolderError when the results are not what the schema says, or the file cannot be written.
 */
export async function writeResults(path: string, results: Results): Promise<void> {
  await writeAtomically(path, `${JSON.stringify(parsed(results, path), null, 2)}\n`);
}

/** @throws RunFolderError when the file cannot be read or is not what the schema says. */
export async function readResults(path: string): Promise<Results> {
  try {
    return parsed(JSON.parse(await readFile(path, 'utf8')), path);
  } catch (error) {
    if (error instanceof RunFolderError) throw error;
    throw new RunFolderError(`cannot read results ${path}: ${messageOf(error)}`, {
      remedy: 'Name a results.json that an evaluation wrote, or run the evaluation again.',
      cause: error,
    });
  }
}

function parsed(value: unknown, path: string): Results {
  const result = resultsSchema.safeParse(value);
  if (result.success) return result.data;
  throw new RunFolderError(`${path} is not of schema rsim.results/1: ${z.prettifyError(result.error)}`, {
    remedy: 'See docs/results-schema.md, or run the evaluation again.',
    cause: result.error,
  });
}
