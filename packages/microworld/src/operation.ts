/** A number, or a list of numbers. All are non-negative integers below 1000. */
export type Value = number | readonly number[];

export function formatValue(value: Value): string {
  return typeof value === 'number' ? String(value) : value.join(',');
}

export function sameValue(left: Value, right: Value): boolean {
  return formatValue(left) === formatValue(right);
}

/** Reads what `formatValue` wrote; `null` for anything else. A single number may be meant as a list of one. */
export function parseValue(text: string): Value | null {
  if (!/^\d{1,3}(,\d{1,3})*$/.test(text)) return null;
  const numbers = text.split(',').map(Number);
  return numbers.length === 1 ? numbers[0]! : numbers;
}

export interface Operation {
  /** The exact value, or `null` when the operation does not apply. */
  apply(args: readonly Value[]): Value | null;
  /** How the operation is written, given its arguments as text. */
  expression(args: readonly string[]): string;
  /** Whether the sizes of the arguments, readable in the text, make it error-prone in the head. */
  hard(args: readonly Value[]): boolean;
  /** The careful way, in small pieces, each of which ends in its result; empty when there is nothing to split. */
  scratch(args: readonly Value[]): readonly string[];
}

const infix = (symbol: string) => (args: readonly string[]) => `${args[0]}${symbol}${args[1]}`;
const listVerb = (verb: string) => (args: readonly string[]) =>
  args.length === 1 ? `${verb} ${args[0]}` : `${verb} ${args[1]}:${args[0]}`;

/** Tens and units of a number, largest first, zeros left out. */
function places(value: number): number[] {
  const digits = String(value);
  return [...digits]
    .map((digit, index) => Number(digit) * 10 ** (digits.length - 1 - index))
    .filter((part) => part > 0);
}

function numeric(
  symbol: string,
  compute: (subject: number, operand: number) => number | null,
  hard: (subject: number, operand: number) => boolean,
  scratch: (subject: number, operand: number) => string[],
): Operation {
  const pair = (args: readonly Value[]) => [args[0] as number, args[1] as number] as const;
  return {
    apply: (args) => compute(...pair(args)),
    expression: infix(symbol),
    hard: (args) => hard(...pair(args)),
    scratch: (args) => scratch(...pair(args)),
  };
}

const bothTwoDigits = (subject: number, operand: number) => subject >= 10 && operand >= 10;

function addPlaces(symbol: '+' | '-') {
  return (subject: number, operand: number): string[] => {
    let running = subject;
    return places(operand).map((part) => {
      const before = running;
      running = symbol === '+' ? running + part : Math.max(0, running - part);
      return `${before}${symbol}${part}=${running}`;
    });
  };
}

function multiplyPlaces(subject: number, operand: number): string[] {
  const pieces: string[] = [];
  let sum: number | null = null;
  for (const part of places(subject)) {
    const product = part * operand;
    pieces.push(`${part}*${operand}=${product}`);
    if (sum !== null) pieces.push(`${sum}+${product}=${sum + product}`);
    sum = (sum ?? 0) + product;
  }
  return pieces;
}

function dividePlaces(subject: number, operand: number): string[] {
  const pieces: string[] = [];
  let rest = subject;
  for (const part of places(Math.floor(subject / operand))) {
    pieces.push(`${part}*${operand}=${part * operand}`, `${rest}-${part * operand}=${rest - part * operand}`);
    rest -= part * operand;
  }
  return pieces;
}

const percentPieces: Readonly<Record<number, (subject: number) => string[]>> = {
  10: (subject) => [`${subject}/10=${Math.floor(subject / 10)}`],
  20: (subject) => [
    `${subject}/10=${Math.floor(subject / 10)}`,
    `${Math.floor(subject / 10)}*2=${Math.floor(subject / 10) * 2}`,
  ],
  25: (subject) => [
    `${subject}/2=${Math.floor(subject / 2)}`,
    `${Math.floor(subject / 2)}/2=${Math.floor(subject / 4)}`,
  ],
  50: (subject) => [`${subject}/2=${Math.floor(subject / 2)}`],
};

function list(
  verb: string,
  compute: (items: readonly number[], operand: number) => Value | null,
  hard: (items: readonly number[]) => boolean = () => false,
  scratch: (items: readonly number[], operand: number) => string[] = () => [],
): Operation {
  const asList = (value: Value | undefined) => (typeof value === 'number' ? [value] : (value ?? []));
  return {
    apply: (args) => (asList(args[0]).length === 0 ? null : compute(asList(args[0]), args[1] as number)),
    expression: listVerb(verb),
    hard: (args) => hard(asList(args[0])),
    scratch: (args) => scratch(asList(args[0]), args[1] as number),
  };
}

const atLeast = (length: number) => (items: readonly number[]) => items.length >= length;
const ascending = (items: readonly number[]) => [...items].sort((left, right) => left - right);

function rotate(items: readonly number[], by: number): readonly number[] {
  const cut = by % items.length;
  return [...items.slice(cut), ...items.slice(0, cut)];
}

function runningSums(items: readonly number[]): string[] {
  let sum = items[0]!;
  return items.slice(1).map((value) => {
    const before = sum;
    sum += value;
    return `${before}+${value}=${sum}`;
  });
}

export type OperationName =
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'percent'
  | 'reverse'
  | 'sort'
  | 'rest'
  | 'front'
  | 'swap'
  | 'append'
  | 'take'
  | 'rotate'
  | 'raise'
  | 'sum'
  | 'largest'
  | 'smallest'
  | 'first'
  | 'last';

/** Every operation the three families use. The names are also the verbs of the list programs. */
export const operations: Readonly<Record<OperationName, Operation>> = {
  add: numeric('+', (x, k) => x + k, bothTwoDigits, addPlaces('+')),
  subtract: numeric('-', (x, k) => (x >= k ? x - k : null), bothTwoDigits, addPlaces('-')),
  multiply: numeric(
    '*',
    (x, k) => x * k,
    (x) => x >= 10,
    multiplyPlaces,
  ),
  divide: numeric(
    '/',
    (x, k) => (k > 0 ? Math.floor(x / k) : null),
    (x) => x >= 20,
    dividePlaces,
  ),
  percent: {
    ...numeric(
      '%',
      (x, k) => Math.floor((x * k) / 100),
      (x) => x >= 10,
      (x, k) => percentPieces[k]?.(x) ?? [],
    ),
    expression: (args) => `${args[1]}% of ${args[0]}`,
  },
  reverse: list(
    'reverse',
    (xs) => [...xs].reverse(),
    atLeast(4),
    (xs) => [`last ${xs.at(-1)}`, `first ${xs[0]}`],
  ),
  sort: list('sort', ascending, atLeast(4), (xs) => ascending(xs).map((value) => `then ${value}`)),
  rest: list('rest', (xs) => xs.slice(1)),
  front: list('front', (xs) => xs.slice(0, -1)),
  swap: list('swap', (xs) => (xs.length < 2 ? null : [xs.at(-1)!, ...xs.slice(1, -1), xs[0]!])),
  append: list('append', (xs, k) => [...xs, k]),
  take: list('take', (xs, k) => xs.slice(0, k)),
  rotate: list('rotate', rotate, atLeast(4), (xs, k) => [`from ${rotate(xs, k)[0]}`]),
  raise: list(
    'raise',
    (xs, k) => xs.map((x) => x + k),
    atLeast(3),
    (xs, k) => xs.map((x) => `${x}+${k}=${x + k}`),
  ),
  sum: list('sum', (xs) => xs.reduce((total, x) => total + x, 0), atLeast(4), runningSums),
  largest: list('largest', (xs) => Math.max(...xs)),
  smallest: list('smallest', (xs) => Math.min(...xs)),
  first: list('first', (xs) => xs[0]!),
  last: list('last', (xs) => xs.at(-1)!),
};
