import { describe, expect, it } from 'vitest';
import { mbppRows } from '../code/fixtures.js';
import { mbpp } from './mbpp.js';

const entryOf = (value: unknown) => mbpp.entries({ value, place: 'rows.jsonl, line 1' })[0]!;

describe('mbpp', () => {
  it('asks with the sentence and its tests, but not with the challenging ones', () => {
    const { question, answer, data } = entryOf(mbppRows[0]);
    expect(question).toMatch(/^Write a function to find the values/);
    expect(question).toContain('assert shared((3, 4, 5), (5, 4)) == (4, 5)');
    expect(question).not.toContain('shared((), (1,))');
    expect(data.tests).toContain('shared((), (1,))');
    expect(answer).not.toContain('\r');
    expect(data.entryPoints).toEqual(['shared']);
  });

  it('takes the names that set-up code needs from the reference', () => {
    expect(entryOf(mbppRows[1]).data.entryPoints).toEqual(['Node', 'count']);
  });

  it('reads the sanitised set too', () => {
    expect(entryOf(mbppRows[2]).data.imports).toContain('import math');
    expect(() => entryOf({ ...mbppRows[2], prompt: undefined })).toThrow('line 1: neither "text" nor "prompt"');
  });
});
