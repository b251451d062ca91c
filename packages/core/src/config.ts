import { z } from 'zod';
import { continualSchema } from './config-continual.js';
import { named, options } from './config-named.js';
import { trainingSchema } from './config-training.js';
import { evaluationSchema } from './config-evaluation.js';
import { parseWith } from './parse.js';

const followerSchema = named('Name of a follower, e.g. `embedded`.').extend({
  label: z.string().min(1).optional().describe("Its name in results, where that is not to be the model's own."),
  stepSeconds: z
    .number()
    .positive()
    .max(86_400)
    .optional()
    .describe('Most seconds in which none of its sessions that are at work side by side gets done; 300 by default.'),
});

const levels = (what: string) => z.array(z.int()).min(1).describe(what);

const curriculumSchema = z.strictObject({
  from: levels('Levels at the start, each as often as the next.'),
  to: levels("Levels at the end; all of the suite's by default.").optional(),
  over: z.number().gt(0).max(1).default(0.5).describe('Share of a stage over which the one passes into the other.'),
});

const taskSchema = z.strictObject({
  suite: z.string().min(1).describe('Name of a task suite, e.g. `word-problems`.'),
  options,
  curriculum: curriculumSchema
    .optional()
    .describe('Which levels reinforcement learning draws as it goes on; all alike by default.'),
});

const rewardSchema = named('Name of a reward rule, e.g. `leader-accuracy`.').extend({
  weight: z.number().optional().describe("Weight in its role's composite reward; the rule's own by default."),
  tasks: z
    .record(z.string(), z.number())
    .optional()
    .describe('Other weights on some suites, by name of the suite: {"gsm8k": 0.5}; 0 leaves the rule out there.'),
});

const budgetSchema = z.strictObject({
  steps: z.int().positive().optional().describe('Most steps before the answer is demanded.'),
  tokens: z.int().positive().optional().describe('Most tokens after the question, injections included.'),
  answerTokens: z.int().positive().optional().describe('Tokens of these that are kept back for the answer.'),
});

/** Everything a run is made of. Every field has a default: the empty configuration is the main job. */
export const rsimConfigSchema = z.strictObject({
  $schema: z.string().optional().describe('Where editors find the JSON Schema of this file.'),
  seed: z.int().nonnegative().max(0xffff_ffff).default(1).describe('Names every random stream of the run.'),
  output: z
    .string()
    .min(1)
    .default('runs/quickstart')
    .describe('Folder of the run, relative to the working directory.'),
  plugins: z
    .array(z.string().min(1))
    .default([])
    .describe('Plug-ins to load: package names, or paths relative to this file; TypeScript works without a build.'),
  tasks: z
    .array(taskSchema)
    .min(1)
    .default(() => ['word-problems', 'list-programs', 'table-questions'].map((suite) => ({ suite, options: {} })))
    .describe('The suites problems are drawn from, each as often as the next.'),
  strategySet: named('Name of a strategy set.')
    .default(() => ({ name: 'rsim-nine', options: {} }))
    .describe("The leader's action space."),
  follower: followerSchema
    .default(() => ({ name: 'embedded', options: { model: 'nano' } }))
    .describe('The follower the planner is trained with.'),
  unseenFollowers: z
    .array(followerSchema)
    .default(() => ['micro', 'small', 'base'].map((model) => ({ name: 'embedded', options: { model } })))
    .describe('Followers the planner never meets in training, for the evaluation.'),
  planner: named('Name of a planner.')
    .default(() => ({ name: 'gru', options: {} }))
    .describe('The leader that is trained.'),
  rewards: z
    .array(rewardSchema)
    .default(() =>
      ['leader-accuracy', 'leader-termination', 'leader-repetition', 'follower-accuracy', 'follower-format'].map(
        (name) => ({ name, options: {} }),
      ),
    )
    .describe('Reward rules; each is reported under its own name.'),
  budget: budgetSchema
    .prefault({})
    .describe("What an episode may spend, where it is not to be the suite's own budget."),
  temperature: z.number().min(0).max(5).default(0.7).describe("The follower's softmax temperature; 0 is greedy."),
  training: trainingSchema.prefault({}).describe('How the planner is trained.'),
  trackers: z
    .array(named('Name of a tracker, e.g. `mlflow`.'))
    .default([])
    .describe('Where the run is shown or sent besides its journal; no part of what the run is.'),
  evaluation: evaluationSchema.prefault({}).describe('How policies are compared.'),
  continual: continualSchema
    .optional()
    .describe('Tasks one after the other, with an accuracy matrix; without it all tasks are trained on in turn.'),
});

/** A configuration with every default filled in. */
export type RsimConfig = z.output<typeof rsimConfigSchema>;

/** What a configuration file may say. */
export type RsimConfigInput = z.input<typeof rsimConfigSchema>;

/** Checks the types of a configuration where it is written (`rsim.config.ts`), and returns it as it is. */
export function defineConfig(config: RsimConfigInput): RsimConfigInput {
  return config;
}

/**
 * @param place where the configuration stands, for the message, e.g. the file's path.
 * @throws ConfigError naming every field that is wrong.
 */
export function parseConfig(value: unknown, place: string): RsimConfig {
  return parseWith(rsimConfigSchema, value, place);
}

/** JSON Schema (draft 2020-12) of what a configuration file may say. */
export function configJsonSchema(): Record<string, unknown> {
  return { title: 'rsim configuration', ...z.toJSONSchema(rsimConfigSchema, { io: 'input' }) };
}
