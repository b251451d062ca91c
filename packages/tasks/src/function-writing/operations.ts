import type { Random } from '@rsim/core';

/** One step of a function over a list: in words, as it acts, and in both languages. The list is called `values`. */
export interface ListStep {
  readonly sentence: string;
  apply(values: readonly number[]): readonly number[];
  readonly python: string;
  readonly javascript: string;
}

/** What the function returns of the list. */
export interface ListResult {
  readonly sentence: string;
  apply(values: readonly number[]): number | readonly number[];
  readonly python: string;
  readonly javascript: string;
}

type MakeStep = (random: Random) => ListStep;

export const listSteps: readonly MakeStep[] = [
  (random) => {
    const factor = random.integer(2, 9);
    return {
      sentence: `multiply each number by ${factor}`,
      apply: (values) => values.map((value) => value * factor),
      python: `values = [value * ${factor} for value in values]`,
      javascript: `values = values.map((value) => value * ${factor});`,
    };
  },
  (random) => {
    const term = random.integer(1, 20);
    return {
      sentence: `add ${term} to each number`,
      apply: (values) => values.map((value) => value + term),
      python: `values = [value + ${term} for value in values]`,
      javascript: `values = values.map((value) => value + ${term});`,
    };
  },
  (random) => {
    const least = random.integer(-5, 15);
    return {
      sentence: `keep only the numbers greater than ${least}`,
      apply: (values) => values.filter((value) => value > least),
      python: `values = [value for value in values if value > ${least}]`,
      javascript: `values = values.filter((value) => value > ${least});`,
    };
  },
  (random) => {
    const divisor = random.integer(2, 5);
    return {
      sentence: `remove the numbers that ${divisor} divides`,
      apply: (values) => values.filter((value) => value % divisor !== 0),
      python: `values = [value for value in values if value % ${divisor} != 0]`,
      javascript: `values = values.filter((value) => value % ${divisor} !== 0);`,
    };
  },
  () => ({
    sentence: 'put the list in reverse order',
    apply: (values) => [...values].reverse(),
    python: 'values = values[::-1]',
    javascript: 'values = [...values].reverse();',
  }),
  () => ({
    sentence: 'sort the numbers from small to large',
    apply: (values) => [...values].sort((left, right) => left - right),
    python: 'values = sorted(values)',
    javascript: 'values = [...values].sort((left, right) => left - right);',
  }),
  () => ({
    sentence: 'of equal numbers keep only the first',
    apply: (values) => [...new Set(values)],
    python: 'values = list(dict.fromkeys(values))',
    javascript: 'values = [...new Set(values)];',
  }),
  (random) => {
    const count = random.integer(2, 6);
    return {
      sentence: `keep the first ${count} numbers (all, if there are fewer)`,
      apply: (values) => values.slice(0, count),
      python: `values = values[:${count}]`,
      javascript: `values = values.slice(0, ${count});`,
    };
  },
  (random) => {
    const count = random.integer(1, 3);
    return {
      sentence: `drop the first ${count === 1 ? 'number' : `${count} numbers`}`,
      apply: (values) => values.slice(count),
      python: `values = values[${count}:]`,
      javascript: `values = values.slice(${count});`,
    };
  },
  () => ({
    sentence: 'replace each number by the sum of all numbers up to and including it',
    apply: (values) => values.map((_, index) => sum(values.slice(0, index + 1))),
    python: 'values = [sum(values[:index + 1]) for index in range(len(values))]',
    javascript:
      'values = values.map((_, index) => values.slice(0, index + 1).reduce((left, right) => left + right, 0));',
  }),
];

export const listResults: readonly ListResult[] = [
  { sentence: 'Return the list.', apply: (values) => values, python: 'return values', javascript: 'return values;' },
  {
    sentence: 'Return the sum of the list (0 for an empty one).',
    apply: sum,
    python: 'return sum(values)',
    javascript: 'return values.reduce((left, right) => left + right, 0);',
  },
  {
    sentence: 'Return the largest number of the list (0 for an empty one).',
    apply: (values) => (values.length === 0 ? 0 : Math.max(...values)),
    python: 'return max(values, default=0)',
    javascript: 'return values.length === 0 ? 0 : Math.max(...values);',
  },
  {
    sentence: 'Return how many numbers the list has.',
    apply: (values) => values.length,
    python: 'return len(values)',
    javascript: 'return values.length;',
  },
];

function sum(values: readonly number[]): number {
  return values.reduce((left, right) => left + right, 0);
}
