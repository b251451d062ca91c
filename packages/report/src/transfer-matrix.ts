import { resultsSchema } from '@rsim/evaluation';
import { z } from 'zod';
import type { TransferMatrix } from './report-data.js';
import type { RunFiles } from './run-files.js';

const { rows, comparisons, pooled, level } = resultsSchema.shape;
const named = z.looseObject({ name: z.string() });
const transferSchema = z.object({
  schema: z.literal('rsim.transfer/1'),
  ...{ rows, comparisons, pooled, level },
  planners: z.array(named.extend({ trainedOn: z.string().nullable() })).min(1),
  followers: z.array(named.extend({ model: z.string(), parameters: z.number().nullable() })),
  failures: z.array(z.unknown()),
});

/** The transfer matrix in the folder, and what is to be said about it. */
export function transferOf(files: RunFiles): {
  readonly transfer: TransferMatrix | null;
  readonly notices: readonly string[];
} {
  const file = files.read('transfer.json');
  if (file.problem === 'missing') return { transfer: null, notices: [] };
  if (file.problem !== null) return { transfer: null, notices: [`transfer.json cannot be read: ${file.why}.`] };
  const parsed = transferSchema.safeParse(file.json);
  if (!parsed.success) {
    return { transfer: null, notices: ['transfer.json is not of schema rsim.transfer/1 and is left out.'] };
  }
  const { failures, pooled: together, rows: each, ...known } = parsed.data;
  const count = failures.length;
  const notices = count === 0 ? [] : [`${count} ${count === 1 ? 'cell' : 'cells'} of the transfer matrix failed.`];
  const { planners, followers, comparisons: differences, level: of = 0.95 } = known;
  return { transfer: { planners, followers, comparisons: differences, rows: together ?? each, level: of }, notices };
}
