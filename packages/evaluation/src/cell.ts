import { createHash } from 'node:crypto';
import { z } from 'zod';
import { outcomeSchema } from './outcome.js';

/** What names a cell of an evaluation. */
export interface CellName {
  readonly suite: string;
  readonly follower: string;
  readonly policy: string;
  readonly seed: number;
  /** Which try of the same problems with the same seed, from 0. */
  readonly sample: number;
}

/** One cell: what one policy made of one suite's problems, once, with one follower and seed. Stored, it need not be run again. */
export const cellSchema = z.object({
  schema: z.literal('rsim.cell/1'),
  key: z.string(),
  suite: z.string(),
  split: z.enum(['train', 'validation', 'test']),
  follower: z.string(),
  followerParameters: z.number().nullable(),
  trainedOn: z.string().nullable(),
  policy: z.string(),
  seed: z.number(),
  /** Cells of before there were several have none. */
  sample: z.int().nonnegative().default(0),
  /** Wall time of the whole cell. */
  seconds: z.number().nonnegative(),
  outcomes: z.array(outcomeSchema).min(1),
});

export type Cell = z.infer<typeof cellSchema>;

/**
 * Content key of a cell: SHA-256 of everything its outcomes depend on, so that a cell stored under other problems,
 * another budget or another checkpoint is never taken for this one.
 */
export function cellKey(parts: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
