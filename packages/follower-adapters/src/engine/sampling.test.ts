import { describe, expect, it } from 'vitest';

import { logSumExp, narrow, sampleToken } from './sampling.js';

const logits = Float32Array.of(1, 3, 2, 0);
const all = new Uint8Array(4).fill(1);

describe('sampling', () => {
  it('draws by inverting the distribution function', () => {
    const total = [1, 3, 2, 0].reduce((sum, logit) => sum + Math.exp(logit), 0);
    const bound = (Math.E + Math.exp(3)) / total;
    expect(sampleToken(logits, all, 1, () => bound - 1e-6)).toBe(1);
    expect(sampleToken(logits, all, 1, () => bound + 1e-6)).toBe(2);
    expect(sampleToken(logits, all, 0, () => 0.99)).toBe(1);
    expect(sampleToken(logits, Uint8Array.of(1, 0, 0, 1), 1, () => 0)).toBe(0);
  });

  it('takes the logits for log-probabilities once their sum is taken off', () => {
    const probabilities = Array.from(logits, (logit) => Math.exp(logit - logSumExp(logits)));
    expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
    expect(logSumExp(Float32Array.of(1000, 1000))).toBeCloseTo(1000 + Math.log(2), 6);
  });

  it('narrows to the most probable tokens', () => {
    const allowed = Uint8Array.of(1, 1, 0, 1);
    expect([...narrow(logits, all, 1, { topK: 2, topP: 1 })]).toEqual([0, 1, 1, 0]);
    expect([...narrow(logits, allowed, 1, { topK: 2, topP: 1 })]).toEqual([1, 1, 0, 0]);
    expect([...narrow(logits, all, 1, { topK: 0, topP: 0.5 })]).toEqual([0, 1, 0, 0]);
    expect([...narrow(logits, all, 1, { topK: 0, topP: 0.8 })]).toEqual([0, 1, 1, 0]);
    expect(narrow(logits, all, 1, { topK: 0, topP: 1 })).toBe(all);
  });
});
