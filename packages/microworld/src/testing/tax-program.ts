import type { Program } from '../program.js';

/** The program of "Table: tax 12, taxi 31. Start with tax. Add `amount`. Double it." */
export const taxProgram = (amount = 30): Program => ({
  facts: [
    { name: 'tax', value: 12 },
    { name: 'taxi', value: 31 },
  ],
  twins: { tax: 'taxi', taxi: 'tax' },
  items: [
    {
      name: 'a',
      operation: 'add',
      arguments: [
        { kind: 'fact', name: 'tax' },
        { kind: 'literal', value: amount },
      ],
    },
    {
      name: 'b',
      operation: 'multiply',
      arguments: [
        { kind: 'item', name: 'a' },
        { kind: 'literal', value: 2 },
      ],
    },
  ],
});
