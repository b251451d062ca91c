export { BOS_TOKEN, EOS_TOKEN, PAD_TOKEN, SPECIAL_TOKENS, STRATEGY_TOKENS } from './special-tokens.js';
export { buildTokenizerJson, type TokenizerJson } from './tokenizer-json.js';
export { Tokenizer } from './tokenizer.js';
