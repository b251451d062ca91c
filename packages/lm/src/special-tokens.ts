/** Fills up rows of a batch; never part of a text. */
export const PAD_TOKEN = '<|pad|>';
/** Begins every document. */
export const BOS_TOKEN = '<|bos|>';
/** Ends the final answer, and with it the document. */
export const EOS_TOKEN = '<|eos|>';

/**
 * The tags of the nine default strategies, in the order of their token ids. They are part of the vocabulary's file
 * format: changing one makes every trained follower unreadable.
 */
export const STRATEGY_TOKENS = [
  '<|self-reflection|>',
  '<|decomposition|>',
  '<|deep-thinking|>',
  '<|validation|>',
  '<|summarization|>',
  '<|prioritization|>',
  '<|sub-planning|>',
  '<|continuation|>',
  '<|termination|>',
] as const;

/** All special tokens; the position of each is its id. */
export const SPECIAL_TOKENS: readonly string[] = [PAD_TOKEN, BOS_TOKEN, EOS_TOKEN, ...STRATEGY_TOKENS];
