import { expect, it } from 'vitest';

import type { OnnxStepRequest } from './onnx-messages.js';
import { OnnxStep } from './onnx-step.js';
import { packTokens } from './token-table.js';
import { TokenSampler } from './token-sampler.js';

const limits = { injection: [], stops: [], maxTokens: 9, temperature: 0, seed: 1 } as const;

it.each(['answer', 'stop'] as const)('keeps a mark that ends the turn out of the text of its %s', (endOfTurn) => {
  const table = packTokens(['a', '<|end|>'].map((text) => Buffer.from(text)));
  const vocabulary = { table, endOfTurn: [1], special: [] };
  const request: OnnxStepRequest = { ...limits, isGuided: true, endOfTurn };
  const step = new OnnxStep(request, 0, vocabulary, new TokenSampler(vocabulary, 2, { topK: 0, topP: 1 }));
  step.draw(Float32Array.of(9, 0));
  expect(step.finish()).toBeNull();
  step.draw(Float32Array.of(0, 9));
  expect(step.finish()).toBe(endOfTurn);
  expect(step.written(endOfTurn, 0)).toMatchObject({ tokens: [0, 1], text: 'a', context: 'a' });
});
