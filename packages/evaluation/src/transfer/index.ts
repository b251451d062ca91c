export { readTransfer, writeTransfer } from './transfer-file.js';
export { transfer } from './transfer.js';
export type { FollowerColumn, OpenFollower, PlannerRow, TransferOptions } from './transfer-options.js';
export { transferJsonSchema, transferSchema, type Transfer, type TransferFailure } from './schema.js';
export { transferMarkdown, transferTable } from './table.js';
