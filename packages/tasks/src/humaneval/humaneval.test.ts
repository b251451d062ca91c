import { describe, expect, it } from 'vitest';
import { humanEvalRows } from '../code/fixtures.js';
import { humanEval } from './humaneval.js';

describe('humaneval', () => {
  it('asks with the prompt, and answers with prompt and solution', () => {
    const [entry] = humanEval.entries({ value: humanEvalRows[0], place: 'rows.jsonl, line 1' });
    expect(entry?.question).toContain('def total(numbers: List[int]) -> int:');
    expect(entry?.answer).toMatch(/^from typing import List\n[^]*return sum\(numbers\)\n$/);
    expect(humanEval.format.instruction).toContain('```python');
  });

  it('names a row that lacks its tests', () => {
    const row = { ...humanEvalRows[0], test: undefined };
    expect(() => humanEval.entries({ value: row, place: 'rows.jsonl, line 1' })).toThrow('rows.jsonl, line 1: test:');
  });
});
