export { extractCode, type CodeRule } from './extract-code.js';
export { CodePool, sharedCodePool, type CodePoolOptions } from './code-pool.js';
export { defaultCodeLimits, type CodeLimits } from './code-limits.js';
export type {
  CallOutcome,
  CallsOutcome,
  CallsRequest,
  CodeLanguage,
  CodeValue,
  TestsOutcome,
  TestsRequest,
} from './code-request.js';
export { isSameValue } from './is-same-value.js';
