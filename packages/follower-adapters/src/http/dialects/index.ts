import type { Dialect } from './dialect.js';
import { llamaServer } from './llama-server.js';
import { lmStudio } from './lm-studio.js';
import { ollama } from './ollama.js';
import { openai } from './openai.js';
import { vllm } from './vllm.js';

/** The servers that the `http` follower speaks with, by name. */
export const dialects = {
  vllm,
  'llama-server': llamaServer,
  ollama,
  'lm-studio': lmStudio,
  openai,
} as const satisfies Readonly<Record<string, Dialect>>;

export type DialectName = keyof typeof dialects;

export const dialectNames = Object.keys(dialects) as [DialectName, ...DialectName[]];
