import { z } from 'zod';

/** What a general language model is told before the question. */
export const defaultSystemPrompt =
  'Solve the problem one step at a time. Write each step as one short paragraph and leave a blank line after it. ' +
  'Your reasoning may hold instructions that say what the next paragraph is for: carry out each one right after it, ' +
  'and nothing else. When you are told to give the final answer, write the answer alone, in the form the question asks for.';

/**
 * How questions, strategies and steps become text for a language model that was not trained for this. All followers
 * that take published models share these options; `ConversationFormat` carries them out.
 */
export const conversationOptionsSchema = z.strictObject({
  system: z.string().default(defaultSystemPrompt).describe('System prompt; empty for none.'),
  format: z
    .enum(['chat', 'plain'])
    .default('chat')
    .describe("`chat`: through the model's own chat template. `plain`: through the text in `plain`, for base models."),
  plain: z
    .string()
    .includes('{question}')
    .default('{system}\n\n{question}\n\n')
    .describe('What a plain conversation opens with; `{system}` and `{question}` are replaced.'),
  chatTemplate: z.string().min(1).optional().describe("A Jinja chat template in place of the model's own."),
  templateArguments: z
    .record(z.string(), z.json())
    .default({})
    .describe('Further variables for the chat template, e.g. `enable_thinking: false`.'),
  injection: z
    .string()
    .default('\n\n{prompt}\n')
    .describe('What is written for a strategy; `{prompt}`, `{title}` and `{id}` of the strategy are replaced.'),
  injections: z
    .record(z.string(), z.string())
    .default({})
    .describe('The same for single strategies, by strategy id, in place of `injection`.'),
  stop: z
    .array(z.string().min(1).max(64))
    .max(4)
    .default(['\n\n'])
    .describe('Texts that end a step; the answer runs to the end of the turn instead.'),
});

export type ConversationOptions = z.output<typeof conversationOptionsSchema>;
