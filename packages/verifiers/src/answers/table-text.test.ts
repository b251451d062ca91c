import { describe, expect, it } from 'vitest';
import { verifyTableText, writeTableText, type TableTextAnswer } from './table-text.js';

const gold = (parts: string[], scale = '', isComputed = false): TableTextAnswer => ({ parts, scale, isComputed });

describe('verifyTableText', () => {
  it.each<[TableTextAnswer, string, string, number]>([
    [gold(['$1,496.5'], 'million'), '1496.5 million', 'correct', 1],
    [gold(['$1,496.5'], 'million'), '$1,496.5 million', 'correct', 1],
    [gold(['$1,496.5'], 'million'), '1,496,500 thousand', 'correct', 1],
    [gold(['$1,496.5'], 'million'), '1496.5', 'wrong', 0],
    [gold(['$1,496.5'], 'million'), '1496.5 thousand', 'wrong', 0],
    [gold(['-22.22'], 'percent', true), '-22.22%', 'correct', 1],
    [gold(['-22.22'], 'percent', true), '-22.22 percent', 'correct', 1],
    [gold(['-22.22'], 'percent', true), '(22.22)%', 'correct', 1],
    [gold(['-22.22'], 'percent', true), '-0.2222', 'correct', 1],
    [gold(['-22.22'], 'percent', true), '22.22%', 'wrong', 0],
    [gold(['-12.6'], 'million', true), '-12.6 million', 'correct', 1],
    [gold(['-12.6'], 'million', true), '12.6 million', 'wrong', 0],
    [gold(['(1,234)']), '-1234', 'correct', 1],
    [gold(['(1,234)']), '1234', 'wrong', 0],
    [gold(['36%']), '36 percent', 'correct', 1],
    [gold(['36%']), '36', 'wrong', 0],
    [gold(['2019']), '2019', 'correct', 1],
    [gold(['2019']), '2018', 'wrong', 0],
    [gold(['fixed-price type', 'cost-plus type']), 'Cost-plus type | the fixed price type', 'correct', 1],
    [gold(['1.5', '2.5'], 'thousand'), '2.5 thousand | 1.5 thousand', 'correct', 1],
    [gold(['the hardware team']), 'hardware', 'wrong', 2 / 3],
    [gold(['hardware', 'software']), 'hardware', 'wrong', 2 / 3],
    [gold(['3'], '', true), '3', 'correct', 1],
    [gold(['3'], '', true), '3 items', 'wrong', 0],
    [gold(['hardware']), ' | ', 'unparsed', 0],
    [gold(['hardware']), '', 'unparsed', 0],
  ])('gold %j, answer %j: %s', (answer, text, status, score) => {
    const verdict = verifyTableText(answer, text);
    expect(verdict.status).toBe(status);
    expect(verdict.score).toBeCloseTo(score, 10);
  });

  it('writes answers as it reads them', () => {
    expect(writeTableText(gold(['$1.5', '20%'], 'million'))).toBe('$1.5 million | 20%');
    expect(verifyTableText(gold(['1', 'x'], 'million'), '1 million | x million').status).toBe('correct');
  });
});
