import { z } from 'zod';

import { conversationOptionsSchema } from '../text/conversation-options.js';
import { dialectNames } from './dialects/index.js';

const price = z.number().min(0).default(0);

/** Options of the `http` follower. */
export const httpOptionsSchema = conversationOptionsSchema.extend({
  dialect: z.enum(dialectNames).default('llama-server').describe('What kind of server it is.'),
  url: z
    .url({ protocol: /^https?$/u })
    .refine((url) => new URL(url).username === '' && new URL(url).password === '', 'keep keys out of the URL')
    .optional()
    .describe("Where the server listens; by default where the dialect's servers do on this machine."),
  model: z.string().min(1).optional().describe("The model's name on the server; not needed where it has only one."),
  mode: z
    .enum(['completions', 'chat'])
    .default('completions')
    .describe('`completions`: the prompt is rendered here. `chat`: the server renders it and continues the turn.'),
  apiKeyVariable: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/u, 'the name of an environment variable, not a key')
    .optional()
    .describe('Name of the environment variable that holds the key.'),
  tokenizerConfig: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Path of the model's tokenizer_config.json, for its chat template, where the server does not tell it; a chat_template.jinja " +
        'beside it counts first.',
    ),
  specialTokens: z
    .array(z.string().min(1).max(64))
    .max(256)
    .default([])
    .describe(
      "Special tokens that the model writes as part of its turn, such as the embedded followers' tags: servers keep them out of their " +
        'text unless told. Guided steps do not draw them where the server can be kept from it, and no question may hold one.',
    ),
  stream: z.boolean().default(true).describe('Whether answers are streamed.'),
  logProbabilities: z.boolean().optional().describe('Whether to ask for them; by default where the dialect has them.'),
  concurrency: z.int().min(1).max(1024).default(16).describe('Most requests at once.'),
  requestSeconds: z.number().positive().max(86_400).default(120).describe('Most seconds one request may take.'),
  openingSeconds: z
    .number()
    .positive()
    .max(86_400)
    .default(300)
    .describe('Most seconds to wait, before the first episode, for a server that is busy or loads its model.'),
  episodeSeconds: z
    .number()
    .positive()
    .max(604_800)
    .default(1800)
    .describe('Most seconds the steps of one episode may take together, waiting for a busy server included.'),
  retries: z.int().min(0).max(100).default(4).describe('How often a request is asked again that failed on its way.'),
  firstPauseSeconds: z.number().positive().max(60).default(0.5).describe('First pause before asking again.'),
  longestPauseSeconds: z
    .number()
    .positive()
    .max(3600)
    .default(60)
    .describe('Longest pause before asking again, also where the server asks for a longer one.'),
  promptPrice: price.describe('Price of a million tokens of the prompt, in any currency.'),
  cachedPrice: z.number().min(0).optional().describe('The same for tokens from the cache; `promptPrice` by default.'),
  completionPrice: price.describe('Price of a million tokens written.'),
});

export type HttpOptions = z.output<typeof httpOptionsSchema>;
