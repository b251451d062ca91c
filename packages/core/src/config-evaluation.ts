import { z } from 'zod';

const policies = [
  'planner',
  'alone',
  'random',
  'fixed',
  'self-consistency',
  'self-consistency-8',
  'oracle',
  'oracle-no-check',
  'no-check',
  'random-check',
] as const;

const fixedSearchSchema = z.strictObject({
  candidates: z.int().positive().default(300).describe('Schedules tried for each suite.'),
  finalists: z.int().positive().default(12).describe('Schedules the real follower meets after a cheap screening.'),
  screeningEpisodes: z.int().positive().default(3000).describe('Episodes of the screening for each suite, roughly.'),
  episodes: z.int().positive().default(1500).describe('Episodes of the real follower for each suite, roughly.'),
});

/** How policies are compared on held-out problems. */
export const evaluationSchema = z.strictObject({
  problems: z.int().positive().default(200).describe('Problems of each suite; all policies get the same ones.'),
  split: z
    .enum(['validation', 'test'])
    .default('test')
    .describe('Split they are drawn from; never the training split.'),
  policies: z
    .array(z.enum(policies))
    .min(1)
    .default(['planner', 'alone', 'random', 'fixed', 'self-consistency', 'oracle'])
    .describe('The policies compared.'),
  unseenPolicies: z
    .array(z.enum(policies))
    .min(1)
    .default(['planner', 'alone'])
    .describe('Those of them that run with unseen followers too.'),
  seeds: z.array(z.int().nonnegative()).min(1).optional().describe("Evaluation seeds; the run's own seed by default."),
  samples: z
    .int()
    .positive()
    .default(1)
    .describe('How often each problem is tried with each seed, by other random streams every time; for pass@k.'),
  fixedSearch: fixedSearchSchema
    .prefault({})
    .describe('Search of the best fixed schedule, on the training split only.'),
  confidence: z.number().gt(0).lt(1).default(0.95).describe('Coverage of the intervals.'),
  resamples: z.int().positive().default(2000).describe('Resamples of the paired bootstrap.'),
});
