import { describe, expect, it } from 'vitest';
import { codeInstructionRows } from '../code/fixtures.js';
import { codeInstructions } from './code-instructions.js';

const entryOf = (value: unknown) => codeInstructions.entries({ value, place: 'rows.jsonl, line 1' })[0]!;

describe('code-instructions', () => {
  it('asks with instruction and input', () => {
    expect(entryOf(codeInstructionRows[0]).question).toBe('Print hello.');
    expect(entryOf(codeInstructionRows[1]).question).toBe('Write a function that squares a number.\n\nInput:\nn');
    expect(entryOf(codeInstructionRows[2]).answer).toBe('SELECT *\nFROM users;');
  });

  it.each([
    ['print("hello")', 'correct'],
    ['Sure:\n```python\nprint("hello")  \n\n```', 'correct'],
    ['print("Hello")', 'wrong'],
    [' print("hello")', 'wrong'],
    [' ', 'unparsed'],
  ])('compares the text %j of a row without tests: %s', async (text, status) => {
    expect((await codeInstructions.verify(entryOf(codeInstructionRows[0]), text)).status).toBe(status);
  });
});
