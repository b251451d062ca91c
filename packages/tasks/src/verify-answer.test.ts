import { describe, expect, it } from 'vitest';
import { verifyAnswer } from './verify-answer.js';

describe('verifyAnswer', () => {
  it.each([
    ['42', 'answer: 42', 'correct'],
    ['3,1,4', 'answer: 3, 1, 4', 'correct'],
    ['42', 'answer: 41 no, answer: 42', 'correct'],
    ['42', 'answer: 042', 'wrong'],
    ['42', 'answer: 42.5', 'unparsed'],
    ['4', 'answer: 42', 'wrong'],
    ['3,1', 'answer: 3,1,4', 'wrong'],
    ['42', '42', 'unparsed'],
    ['42', '', 'unparsed'],
  ])('gold %s, text %j: %s', (gold, text, status) => {
    expect(verifyAnswer(gold, text).status).toBe(status);
  });
});
