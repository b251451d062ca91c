import { STRATEGY_TOKENS } from '@rsim/lm';

/** Options under which a conversation is written as the embedded followers were trained to read it. */
export const embeddedConversation = {
  format: 'plain',
  system: '',
  plain: '{question}\n',
  injection: '\n<|{id}|>',
  stop: ['\n'],
} as const;

/** The same for the `http` follower, whose servers keep the tags that the model writes out of their text. */
export const embeddedHttpConversation = { ...embeddedConversation, specialTokens: [...STRATEGY_TOKENS] };
