import { z } from 'zod';
import { resultsSchema } from '../results/schema.js';

const name = z.string().min(1);

const plannerSchema = z.looseObject({
  name: name.describe('Its name in the matrix; `policy` of its rows and comparisons.'),
  trainedOn: z.string().nullable().describe('Model it was trained with; `null` where unknown.'),
  fingerprints: z
    .array(z.string())
    .min(1)
    .describe('SHA-256 of its weights, one for each training seed; number i was tried with evaluation seed number i.'),
});

const followerSchema = z.looseObject({
  name: name.describe('Its name in the matrix.'),
  model: name.describe("The model's own name; the same where several followers run one model in different programs."),
  parameters: z.number().positive().nullable().describe('Its number of parameters, where known.'),
  fingerprint: z.string().nullable().describe('What its weights and its options hash to; `null` where unknown.'),
});

const failureSchema = z.looseObject({
  follower: name,
  suite: z
    .string()
    .nullable()
    .describe('`null`, as `policy`, `seed` and `sample`, where the follower could not be opened.'),
  policy: z
    .string()
    .nullable()
    .describe(
      '`baselines` where those of the follower could not be had, as when the search of fixed schedules failed.',
    ),
  seed: z.number().nullable(),
  sample: z.number().nullable().optional().describe('Which try of the problems, from 0.'),
  code: name.describe('Code of the error, e.g. `server-unreachable`.'),
  message: z.string(),
});

/** `transfer.json`, as documented in docs/transfer.md: `results.json` with the axes of the matrix and what failed. */
export const transferSchema = resultsSchema.omit({ fixedSchedules: true }).extend({
  schema: z.literal('rsim.transfer/1'),
  planners: z.array(plannerSchema).min(1).describe('Planners of the matrix.'),
  followers: z.array(followerSchema).describe('Followers that could be opened, in the order asked for.'),
  failures: z.array(failureSchema).describe('Cells without outcomes. They are no part of any number.'),
  schedules: z
    .record(z.string(), z.record(z.string(), z.array(z.string())))
    .optional()
    .describe('By follower and suite, the schedule that the policy `fixed` follows; the terminal strategy comes last.'),
});

export type Transfer = z.infer<typeof transferSchema>;
/** What has no outcomes, and why. */
export type TransferFailure = z.infer<typeof failureSchema>;

/** JSON Schema (draft 2020-12) of `transfer.json`. */
export function transferJsonSchema(): Record<string, unknown> {
  return { title: 'rsim transfer', ...z.toJSONSchema(transferSchema) };
}
