import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { defaultStrategies, type Strategy } from '@rsim/core';
import type { z } from 'zod';

import { OnnxFollower } from './onnx-follower.js';
import { onnxOptionsSchema } from './onnx-options.js';

/** Tiny random models that Optimum exported; see tools/torch-followers/README.md. */
export const fixture = (name: 'qwen2' | 'gemma3_text'): string =>
  fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

/** What Python's transformers writes after "Tom has 60 apples.\n\n" with a fixture, greedily. */
export function referenceOf(name: 'qwen2' | 'gemma3_text'): { greedy: number[]; logProbabilities: number[] } {
  return JSON.parse(readFileSync(`${fixture(name)}/reference.json`, 'utf8')) as ReturnType<typeof referenceOf>;
}

/** A follower in this thread, of short texts. */
export function openFixture(options: Partial<z.input<typeof onnxOptionsSchema>> = {}): Promise<OnnxFollower> {
  const defaults = {
    model: fixture('qwen2'),
    workers: 0,
    format: 'plain',
    system: '',
    injection: '\n\n{id}\n',
  } as const;
  return OnnxFollower.create(onnxOptionsSchema.parse({ ...defaults, ...options }));
}

export function strategy(id: string): Strategy {
  const found = defaultStrategies.strategies.find((each) => each.id === id);
  if (!found) throw new RangeError(`There is no strategy ${id}.`);
  return found;
}
