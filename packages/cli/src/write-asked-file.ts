import { resolve } from 'node:path';
import { messageOf, RunFolderError } from '@rsim/core';
import { writeAtomically } from '@rsim/tracking';

/**
 * Writes a file that the command line names, whole or not at all.
 *
 * @param option that names it, e.g. `--markdown`.
 * @throws RunFolderError when it cannot be written.
 */
export function writeAskedFile(path: string, content: string, option: string): void {
  try {
    writeAtomically(path, content);
  } catch (error) {
    throw new RunFolderError(`cannot write ${resolve(path)}: ${messageOf(error)}`, {
      remedy: `Name a file in a folder that is there and where you may write, with ${option}.`,
      code: 'file-unwritable',
      cause: error,
    });
  }
}
