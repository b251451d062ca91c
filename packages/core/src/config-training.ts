import { z } from 'zod';

const count = (what: string, value: number) => z.int().positive().default(value).describe(what);

/** What stage 0 and the training on real episodes share; they differ in their defaults only. */
const learnerFields = (defaults: { problems: number; learningRate: number; entropy: number }) => ({
  problemsPerIteration: count('Problems of one iteration, over all suites together.', defaults.problems),
  group: z.int().min(2).default(8).describe('Episodes of each problem (G): advantages are normalised within them.'),
  learningRate: z.number().positive().default(defaults.learningRate).describe('Step size of Adam.'),
  entropy: z
    .number()
    .min(0)
    .default(defaults.entropy)
    .describe("Weight of the policy's entropy; too little of it collapses early."),
});

const stageZeroSchema = z.strictObject({
  kind: z
    .enum(['none', 'imitation', 'scripted'])
    .default('scripted')
    .describe(
      'Warm start before real episodes: `none` trains from scratch, `imitation` copies the oracle on scripted episodes, ' +
        '`scripted` is reinforcement learning with a scripted follower.',
    ),
  episodes: count('Episodes to imitate; only where the kind is `imitation`.', 6000),
  iterations: z
    .int()
    .min(0)
    .default(200)
    .describe('Iterations of reinforcement learning; only where the kind is `scripted`.'),
  ...learnerFields({ problems: 32, learningRate: 3e-3, entropy: 0.05 }),
  annealFrom: z
    .number()
    .min(1)
    .default(2)
    .describe("Token budget at the start, as a multiple of the suite's; it shrinks to 1. A curriculum: 1 is none."),
  annealFraction: z.number().min(0).max(1).default(0.5).describe('Share of the stage over which the budget shrinks.'),
});

/** How the planner is trained: GRPO (arXiv 2402.03300) of the leader alone, the follower frozen. */
export const trainingSchema = z.strictObject({
  stage0: stageZeroSchema.prefault({}).describe('The warm start.'),
  iterations: z.int().min(0).default(30).describe('Iterations on real episodes.'),
  ...learnerFields({ problems: 32, learningRate: 1.5e-3, entropy: 0.01 }),
  clip: z.number().positive().default(0.2).describe('Clip range of the probability ratio.'),
  epochs: count('Passes over the episodes of one iteration.', 3),
  checkpointEvery: count('Iterations between two checkpoints.', 10),
  backend: z
    .enum(['wasm', 'cpu', 'tensorflow', 'webgpu'])
    .default('wasm')
    .describe('Where tensors are computed; `rsim doctor` says which work here.'),
});
