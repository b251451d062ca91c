import { describe, expect, it } from 'vitest';
import { verifyTruth } from './truth.js';

describe('verifyTruth', () => {
  it.each([
    [true, 'True', 'correct'],
    [true, 'yes.', 'correct'],
    [false, '\\boxed{\\text{No}}', 'correct'],
    [false, 'true', 'wrong'],
    [true, 'not true', 'unparsed'],
    [true, 'constructor', 'unparsed'],
    [true, '1', 'unparsed'],
    [true, '', 'unparsed'],
  ])('gold %s, answer %j: %s', (gold, answer, status) => {
    expect(verifyTruth(gold, answer).status).toBe(status);
  });
});
