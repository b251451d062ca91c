import { z } from 'zod';

/** Stands for the mean over all suites where a suite's name stands otherwise. */
export const allSuites = 'all';

const fraction = z.number().min(0).max(1);
const signedFraction = z.number().min(-1).max(1);
const name = z.string().min(1);

const overSeedsSchema = z.object({
  seeds: z.int().min(2).describe('Number of seeds.'),
  deviation: z
    .number()
    .nonnegative()
    .describe('Standard deviation from seed to seed of the true accuracy, or difference.'),
  ciLow: z.number().describe('Lower end of the interval, seeds and problems both being a sample.'),
  ciHigh: z.number().describe('Upper end of that interval.'),
});

const rowSchema = z.looseObject({
  suite: name.describe('Name of the suite; in `pooled` also `all`: the mean over suites, each weighing the same.'),
  split: z.enum(['train', 'validation', 'test']).describe('Split the problems come from.'),
  follower: name.describe('Name of the follower.'),
  followerParameters: z.number().positive().nullable().describe('Its number of parameters, where known.'),
  trainedOn: z
    .string()
    .nullable()
    .describe("Follower the policy's planner was trained with; `null` where nothing was trained."),
  policy: name.describe(
    'One of `planner`, `alone`, `random`, `fixed`, `self-consistency`, `oracle`, or a further policy, e.g. `random-check`.',
  ),
  seed: z.union([z.number(), z.literal('all')]).describe('Seed of the random streams; `all` in `pooled`.'),
  n: z.int().positive().describe('Outcomes averaged: problems times samples, in `pooled` times seeds too.'),
  accuracy: fraction.describe('Share of outcomes judged correct. What ended with an error counts as wrong.'),
  ciLow: fraction.describe('Lower end of the interval of the accuracy, clustered by problem.'),
  ciHigh: fraction.describe('Upper end of that interval.'),
  tokensPerProblem: z
    .number()
    .nonnegative()
    .describe('Mean number of tokens counted against the budget, of all episodes the policy needed for a problem.'),
  secondsPerProblem: z
    .number()
    .nonnegative()
    .describe('Wall time of the cell divided by its problems, which ran side by side; not reproducible.'),
  problems: z.int().positive().optional().describe('Different problems among the outcomes.'),
  errors: z.int().nonnegative().optional().describe('Outcomes that ended with an error; they count as wrong.'),
  passAtK: z
    .array(fraction)
    .optional()
    .describe('With several samples: pass@1, pass@2, … up to their number; with several seeds the mean over seeds.'),
  passAtKIntervals: z
    .array(z.object({ ciLow: fraction, ciHigh: fraction }))
    .optional()
    .describe('Their intervals, clustered by problem.'),
  overSeeds: overSeedsSchema
    .optional()
    .describe('In `pooled`, with several seeds: what other training seeds would show on other problems.'),
  cells: z
    .array(name)
    .optional()
    .describe('In `rows`: keys of the cells that the row was made of, one for each sample.'),
});

const effectSchema = z.object({
  estimate: z.number().nullable(),
  ciLow: z.number().nullable(),
  ciHigh: z.number().nullable(),
});

const tokensSchema = z.object({
  difference: z.number().describe('Mean tokens of the policy minus those of the baseline.'),
  ciLow: z
    .number()
    .nullable()
    .describe("Lower end of its interval: Student's t over problems; `null` with one problem."),
  ciHigh: z.number().nullable().describe('Upper end of that interval.'),
  cliffsDelta: signedFraction.describe(
    "Cliff's delta: how much more often the policy spends more than the other way round.",
  ),
});

const comparisonSchema = z.looseObject({
  suite: name.describe('Name of the suite, or `all`: the mean over suites, each weighing the same.'),
  follower: name.describe('Follower of the policy.'),
  policy: name,
  baseline: name.describe('Policy it is compared with.'),
  n: z.int().positive().describe('Paired problems.'),
  difference: signedFraction.describe('Accuracy of the policy minus that of the baseline, mean over seeds.'),
  ciLow: signedFraction.describe(
    "Lower end of its interval: paired bootstrap over problems, BCa; Newcombe's where all differences are alike.",
  ),
  ciHigh: signedFraction.describe('Upper end of that interval.'),
  pMcNemar: fraction.describe(
    'Exact McNemar test on paired problems; with several seeds the exact sign test on their mean differences.',
  ),
  baselineFollower: name.optional().describe('Follower of the baseline; the same as `follower` where absent.'),
  pHolm: fraction.optional().describe("`pMcNemar` after Holm's adjustment for all comparisons of the file."),
  pMidP: fraction.optional().describe('The same test as `pMcNemar`, mid-p: less conservative.'),
  wins: z.int().nonnegative().optional().describe('Problems on which the policy does better, over seeds.'),
  losses: z.int().nonnegative().optional().describe('Problems on which it does worse.'),
  cohensH: effectSchema
    .optional()
    .describe("Cohen's h: difference of the accuracies' arcsines, all problems together."),
  oddsRatio: effectSchema.optional().describe('`wins` over `losses`, exact interval; `null` is infinite.'),
  standardised: effectSchema.optional().describe('Mean over standard deviation of the paired differences (d_z).'),
  overSeeds: overSeedsSchema
    .extend({
      p: fraction.describe('Two-sided p-value of the difference being 0 for other seeds and problems.'),
      pHolm: fraction.optional().describe("`p` after Holm's adjustment for all comparisons of the file that have one."),
    })
    .partial({ p: true })
    .optional()
    .describe('What other training seeds would show; absent with one seed.'),
  tokens: tokensSchema.optional().describe('What the policy spends per problem, compared with the baseline.'),
});

const rateSchema = z.object({
  decisions: z.int().positive().describe('Decisions after such a step.'),
  rate: fraction.describe('Share of them that were validation.'),
  ciLow: fraction,
  ciHigh: fraction,
});

const adaptivitySchema = z.looseObject({
  suite: name.describe('Name of the suite, or `all`: all decisions together.'),
  follower: name,
  policy: name,
  wrong: rateSchema
    .nullable()
    .describe('P(validation | the last step is wrong), decisions after a validation left out; `null` without any.'),
  right: rateSchema.nullable().describe('P(validation | the last step is right), likewise.'),
  difference: z
    .object({ estimate: signedFraction, ciLow: signedFraction, ciHigh: signedFraction })
    .nullable()
    .describe('The former minus the latter; intervals clustered by problem.'),
});

const foundScheduleSchema = z.object({
  suite: name,
  schedule: z.array(z.string()).describe('Strategies in order; the terminal one follows.'),
  trainAccuracy: fraction.describe('On the training problems it was chosen on: optimistic, being the best of many.'),
  trainProblems: z.int().nonnegative(),
});

const scheduleSearchSchema = z.looseObject({
  follower: name.describe('Follower the schedules were searched with.'),
  candidates: z.int().positive(),
  episodes: z.int().nonnegative(),
  perSuite: z.array(foundScheduleSchema).describe('What the policy `fixed` follows.'),
  overall: foundScheduleSchema.describe('The best single schedule for all suites.'),
});

/** `results.json`, as documented in docs/results-schema.md. Fields may be added; those here keep their meaning. */
export const resultsSchema = z.looseObject({
  schema: z.literal('rsim.results/1'),
  rows: z.array(rowSchema).describe('One row per suite, follower, policy and seed.'),
  comparisons: z.array(comparisonSchema).describe('Paired comparisons, all seeds together.'),
  level: z.number().gt(0).lt(1).optional().describe('Level of all intervals; 0.95 where absent.'),
  pooled: z
    .array(rowSchema)
    .optional()
    .describe('The rows of all seeds together, by suite and, as suite `all`, over suites.'),
  adaptivity: z.array(adaptivitySchema).optional().describe('When policies check: after wrong and after right steps.'),
  fixedSchedules: scheduleSearchSchema.optional().describe('The search of the fixed schedules.'),
  settings: z.record(z.string(), z.unknown()).optional().describe('What the numbers depend on: budget, temperature, …'),
  environment: z.record(z.string(), z.unknown()).optional().describe('Versions and machine.'),
});

export type Results = z.infer<typeof resultsSchema>;
export type ResultRow = z.infer<typeof rowSchema>;
export type Comparison = z.infer<typeof comparisonSchema>;
export type Adaptivity = z.infer<typeof adaptivitySchema>;

/** JSON Schema (draft 2020-12) of `results.json`. */
export function resultsJsonSchema(): Record<string, unknown> {
  return { title: 'rsim results', ...z.toJSONSchema(resultsSchema) };
}
