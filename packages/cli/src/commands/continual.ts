import { readMatrix } from '@rsim/evaluation';
import { showMatrices, type ShowMatricesOptions } from '../show-matrices.js';

/** Compares runs that were trained on tasks in sequence. */
export async function continual(options: ShowMatricesOptions, folders: readonly string[]): Promise<void> {
  showMatrices(await Promise.all(folders.map(readMatrix)), options);
}
