import { z } from 'zod';
import { asked } from './config-named.js';
import { aggregations } from './losses/aggregation.js';
import { divergences } from './losses/divergence.js';
import { surrogates } from './losses/surrogate.js';

const count = (what: string, value: number) => z.int().positive().default(value).describe(what);
const finalCount = (of: string) =>
  z.int().positive().optional().describe(`${of} at the end, linear between and rounded; by default as at the start.`);
const namesOf = <Name extends string>(table: Readonly<Record<Name, unknown>>) => Object.keys(table) as Name[];
const share = (what: string, value: number) => z.number().min(0).max(1).default(value).describe(what);
const multiple = (what: string, value: number) => z.number().min(0).default(value).describe(what);

const estimatorSchema = asked('Name of an advantage estimator, e.g. `grpo`.')
  .prefault('grpo')
  .describe('How rewards become advantages: a name, or a name with options.');

/** How far a policy may move, of either role. @param what it decides: a decision of the leader, a token of the follower */
const objectiveFields = (what: string) => ({
  loss: z
    .enum(namesOf(surrogates))
    .default('ppo')
    .describe(
      `How far the policy may move: \`ppo\` by the ratio of each ${what}, \`gspo\` by that of the whole episode.`,
    ),
  clip: z
    .number()
    .positive()
    .default(0.2)
    .describe('Half-width of the trusted range of probability ratios, or its part below 1 where clipHigh is given.'),
  clipHigh: z
    .number()
    .positive()
    .optional()
    .describe(
      'The part of the trusted range above 1, wider than below as in DAPO, e.g. 0.28; that of clip by default.',
    ),
  klEstimator: z.enum(namesOf(divergences)).default('k3').describe('How the divergence is estimated (Schulman 2020).'),
});

/** How a role's weights are moved, each role's by an Adam of its own. */
const optimizerFields = (defaults: { learningRate: number; beta2: number }) => ({
  learningRate: z.number().positive().default(defaults.learningRate).describe('Step size of Adam at the start.'),
  finalLearningRate: multiple('Step size at the end, as a multiple of the first; linear between.', 0.3),
  warmUp: z
    .int()
    .min(0)
    .default(0)
    .describe('Iterations over which the step size rises to what it would be without a warm-up.'),
  maxGradientNorm: z
    .number()
    .positive()
    .default(1)
    .describe('Longest gradient, all weights together; longer ones are shortened to it.'),
  beta1: z.number().min(0).lt(1).default(0.9).describe("What Adam's running mean of the gradient keeps in a step."),
  beta2: z
    .number()
    .min(0)
    .lt(1)
    .default(defaults.beta2)
    .describe("What Adam's running mean of the gradient's square keeps in a step."),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe('Decay of matrices, not of vectors, per unit of the step size (AdamW).'),
});

const aggregationField = z
  .enum(aggregations)
  .default('decision')
  .describe(
    'Mean over all decisions (`decision`), over each episode first (`episode`), or sum over an episode (`sum`).',
  );

/** What stage 0 and the training on real episodes share; they differ in their defaults only. */
const learnerFields = (defaults: { learningRate: number; entropy: number; annealFrom: number }) => ({
  problemsPerIteration: count('Problems of one iteration, over all suites together.', 24),
  group: z.int().min(2).default(8).describe('Episodes of each problem (G): advantages are normalised within them.'),
  resample: z
    .int()
    .min(0)
    .max(10)
    .default(0)
    .describe('How often, at most, further problems are drawn in place of those whose rewards are all alike (DAPO).'),
  epochs: count('Passes over the episodes of one iteration.', 3),
  minibatches: count('Gradient steps of each pass.', 4),
  ...objectiveFields('decision'),
  aggregation: aggregationField,
  kl: z.number().min(0).default(0).describe('Weight of the divergence from the planner that the stage began with.'),
  valueWeight: z
    .number()
    .min(0)
    .default(0.5)
    .describe("Weight of the value estimate's squared error; only where the estimator is `gae`."),
  ...optimizerFields({ learningRate: defaults.learningRate, beta2: 0.999 }),
  entropy: z
    .number()
    .min(0)
    .default(defaults.entropy)
    .describe("Weight of the policy's entropy at the start; too little of it collapses early."),
  finalEntropy: multiple('Weight of the entropy at the end, as a multiple of the first; linear between.', 0.2),
  annealFrom: z
    .number()
    .min(1)
    .default(defaults.annealFrom)
    .describe(
      "Token budget at the start, as a multiple of the suite's, from which it shrinks to 1; 1 is no curriculum.",
    ),
  annealFraction: share('Share of the stage over which the budget shrinks.', 0.5),
  estimator: estimatorSchema,
});

const stageZeroSchema = z.strictObject({
  kind: z
    .enum(['none', 'imitation', 'scripted', 'imitation-and-scripted'])
    .default('imitation-and-scripted')
    .describe(
      'Warm start before real episodes: `none` trains from scratch, `imitation` copies the oracle on scripted episodes, ' +
        '`scripted` is reinforcement learning with a scripted follower; both may follow one another.',
    ),
  episodes: count('Episodes to imitate; only where the kind has imitation.', 3600),
  iterations: z
    .int()
    .min(0)
    .default(60)
    .describe('Iterations of reinforcement learning; only where the kind has `scripted`.'),
  ...learnerFields({ learningRate: 3e-3, entropy: 0.02, annealFrom: 1 }),
});

const followerLearnerSchema = z.strictObject({
  epochs: count('Passes over the episodes of one iteration.', 1),
  minibatches: count('Gradient steps of each pass.', 4),
  ...objectiveFields('token'),
  ...optimizerFields({ learningRate: 1e-4, beta2: 0.95 }),
  klWeight: z
    .number()
    .min(0)
    .default(0.01)
    .describe('Weight of the KL term to the follower as it was when the stage began; 0 for none.'),
  entropy: z
    .number()
    .min(0)
    .default(0)
    .describe('Weight at the start of the entropy of the distributions that tokens are drawn from; 0 for none.'),
  finalEntropy: multiple('Weight of the entropy at the end, as a multiple of the first; linear between.', 1),
  aggregation: z
    .enum(['token', 'episode', 'sum'])
    .default('token')
    .describe(
      'Mean over all written tokens (`token`), over each episode first (`episode`), or sum over an episode (`sum`).',
    ),
  estimator: estimatorSchema,
});

const stageTwoSchema = z.strictObject({
  mode: z
    .enum(['leader', 'joint', 'alternating', 'follower', 'alone'])
    .default('joint')
    .describe(
      'Who learns: `joint`, both; `alternating`, both by turns; `leader`, the leader only; `follower`, the follower only, led by ' +
        'the leader as it is; `alone`, the follower only, led by nobody.',
    ),
  iterations: z.int().min(0).default(0).describe('Iterations of this stage; 0 leaves it out.'),
  leaderWeight: z.number().min(0).default(1).describe("λ at the start, the weight of the leader's term."),
  finalLeaderWeight: multiple('λ at the end, as a multiple of the first; linear between.', 1),
  followerEvery: count('In `joint`: the follower learns in every so many iterations.', 1),
  finalFollowerEvery: finalCount('followerEvery'),
  turn: count("In `alternating`: iterations of one turn; the leader's comes first.", 10),
  finalTurn: finalCount('turn'),
  ...learnerFields({ learningRate: 5e-4, entropy: 0.01, annealFrom: 1 }),
  follower: followerLearnerSchema.prefault({}).describe('How the follower learns.'),
});

/** How leader and follower are trained: GRPO (arXiv 2402.03300), the leader alone first, then both. */
export const trainingSchema = z.strictObject({
  stage0: stageZeroSchema.prefault({}).describe('The warm start.'),
  iterations: z.int().min(0).default(30).describe('Iterations on real episodes, the follower frozen (stage 1).'),
  ...learnerFields({ learningRate: 1.5e-3, entropy: 0.01, annealFrom: 1 }),
  stage2: stageTwoSchema
    .prefault({})
    .describe('Leader and follower trained together; the follower must be one that learns.'),
  startFrom: z
    .string()
    .min(1)
    .optional()
    .describe('Folder of a run whose trained planner this one starts from, relative to the configuration.'),
  checkpointEvery: count('Iterations between two checkpoints, in all stages.', 10),
});
