import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatValue, operations, parseValue, sameValue, type OperationName, type Value } from './operation.js';

const lists: readonly [OperationName, readonly Value[], Value][] = [
  ['reverse', [[3, 1, 4]], [4, 1, 3]],
  ['sort', [[3, 1, 4, 1]], [1, 1, 3, 4]],
  ['rest', [[3, 1, 4]], [1, 4]],
  ['front', [[3, 1, 4]], [3, 1]],
  ['swap', [[3, 1, 4]], [4, 1, 3]],
  ['append', [[3, 1], 9], [3, 1, 9]],
  ['take', [[3, 1, 4], 2], [3, 1]],
  ['rotate', [[3, 1, 4, 5], 6], [4, 5, 3, 1]],
  ['raise', [[3, 1], 2], [5, 3]],
  ['sum', [[3, 1, 4]], 8],
  ['largest', [[3, 1, 4]], 4],
  ['smallest', [[3, 1, 4]], 1],
  ['first', [[3, 1]], 3],
  ['last', [[3, 1]], 1],
];

describe('operations', () => {
  it.each(lists)('%s', (name, args, expected) => {
    expect(operations[name].apply(args)).toEqual(expected);
  });

  it('writes scratch work whose last piece is the result', () => {
    const numeric: OperationName[] = ['add', 'subtract', 'multiply', 'percent'];
    fc.assert(
      fc.property(
        fc.constantFrom(...numeric),
        fc.integer({ min: 11, max: 99 }),
        fc.constantFrom(2, 3, 10, 11),
        (name, subject, operand) => {
          fc.pre(name !== 'percent' || operand === 10);
          fc.pre(name !== 'multiply' || operand < 10);
          const operation = operations[name];
          const last = operation.scratch([subject, operand]).at(-1)!;
          expect(last.split('=')[1]).toBe(String(operation.apply([subject, operand])));
        },
      ),
    );
  });

  it('divides by places with the remainder running down to zero', () => {
    expect(operations.divide.scratch([84, 6])).toEqual(['10*6=60', '84-60=24', '4*6=24', '24-24=0']);
  });
});

describe('values', () => {
  it('are read back as they were written', () => {
    const value = fc.oneof(fc.nat(999), fc.array(fc.nat(999), { minLength: 2, maxLength: 6 }));
    fc.assert(fc.property(value, (each) => sameValue(parseValue(formatValue(each))!, each)));
  });

  it.each(['', ',', '1,', 'x', '1.5', '-1', '1234'])('refuses %j', (text) => {
    expect(parseValue(text)).toBeNull();
  });
});
