import { describe, expect, it } from 'vitest';
import { choiceLetter, verifyChoice } from './choice.js';

const options = ['4 m', 'A moving body', 'None of these', 'pH 7.0', '5 m', '6', '7', '8', '9', '10 m'];

describe('verifyChoice', () => {
  it.each([
    ['C', 2],
    ['c', 2],
    ['(C)', 2],
    ['C.', 2],
    ['[C]', 2],
    ['\\boxed{C}', 2],
    ['$\\text{C}$', 2],
    ['**C**', 2],
    ['Option C', 2],
    ['The correct answer is C.', 2],
    ['C) None of these', 2],
    ['(C) none of these.', 2],
    ['C: None  of these', 2],
    ['None of these', 2],
    ['A moving body', 1],
    ['ph 7.0', 3],
    ['J', 9],
    ['J. 10 m', 9],
    ['C. Because nothing moves', 2],
  ])('takes %j for option %i', (answer, index) => {
    expect(verifyChoice(index, options, answer).status).toBe('correct');
    expect(verifyChoice((index + 1) % options.length, options, answer).status).toBe('wrong');
  });

  it.each(['A, C', 'A or C', '(A) and (C)', 'C, A', 'C/A', 'C. 4 m', 'K', 'Z)', 'A. None of these'])(
    'never takes %j for right',
    (answer) => {
      expect(options.map((_, gold) => verifyChoice(gold, options, answer).status)).not.toContain('correct');
    },
  );

  it.each(['', ' ', 'A body', 'I think so', 'CC', '42', '?', 'not C', 'either C'])('reads nothing in %j', (answer) => {
    expect(verifyChoice(2, options, answer)).toEqual({ status: 'unparsed', score: 0, extracted: null });
  });

  it('does not take a text that two options have', () => {
    expect(verifyChoice(0, ['same', 'same', 'other'], 'same').status).toBe('unparsed');
  });

  it('names options', () => {
    expect([0, 3, 9].map(choiceLetter)).toEqual(['A', 'D', 'J']);
  });
});
