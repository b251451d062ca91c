import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { messageOf, RunFolderError } from '@rsim/core';
import { accuracyMatrixSchema, type AccuracyMatrix } from './accuracy-matrix.js';

/** Its name in a run folder. */
export const matrixFile = 'continual.json';

/**
 * The accuracy matrix of the run in `folder`; it may not be complete yet.
 * @throws RunFolderError when there is none, or it is not what the schema says.
 */
export async function readMatrix(folder: string): Promise<AccuracyMatrix> {
  const path = join(folder, matrixFile);
  try {
    return accuracyMatrixSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new RunFolderError(`cannot read the accuracy matrix ${path}: ${messageOf(error)}`, {
      remedy: 'Name the folder of a run that was trained with --sequential, --curriculum or --joint.',
      cause: error,
    });
  }
}
