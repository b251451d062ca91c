import { readChecked, writeChecked } from '../results/results-file.js';
import { transferSchema, type Transfer } from './schema.js';

const transferFile = { schema: transferSchema, name: 'rsim.transfer/1', docs: 'docs/transfer.md' };

/** Writes `transfer.json`, whole or not at all. @throws RunFolderError as `writeResults` does. */
export function writeTransfer(path: string, transfer: Transfer): Promise<void> {
  return writeChecked(path, transfer, transferFile);
}

/** @throws RunFolderError when the file cannot be read or is not what the schema says. */
export function readTransfer(path: string): Promise<Transfer> {
  return readChecked(path, transferFile);
}
