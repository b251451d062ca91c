import { operations, type OperationName, type Value } from './operation.js';

/** What an operation works on: a number in the text, a fact of the question looked up by name, or an earlier item. */
export type Argument =
  | { readonly kind: 'literal'; readonly value: number }
  | { readonly kind: 'fact'; readonly name: string }
  | { readonly kind: 'item'; readonly name: string };

/** One step of the solution: a name (`a`, `b`, …), an operation, and its arguments; the first is the subject. */
export interface Item {
  readonly name: string;
  readonly operation: OperationName;
  readonly arguments: readonly Argument[];
}

export interface Fact {
  readonly name: string;
  readonly value: Value;
}

/** The program that solves a problem: what the question states, and the items to compute in order. */
export interface Program {
  readonly facts: readonly Fact[];
  /** Pairs of facts whose names look alike (`tax`, `taxi`), both ways round: where a reader's eye slips. */
  readonly twins: Readonly<Record<string, string>>;
  readonly items: readonly Item[];
}

export const itemNames = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;

export function factValue(program: Program, name: string): Value {
  const fact = program.facts.find((candidate) => candidate.name === name);
  if (!fact) throw new RangeError(`the program states no fact named ${name}`);
  return fact.value;
}

/** Values of all items, computed exactly; `null` when an operation cannot be applied or a value leaves `allowed`. */
export function solve(program: Program, allowed: (value: Value) => boolean = () => true): Map<string, Value> | null {
  const values = new Map<string, Value>();
  for (const item of program.items) {
    const args: Value[] = [];
    for (const argument of item.arguments) {
      const value = resolve(program, argument, values);
      if (value === undefined) return null;
      args.push(value);
    }
    const value = operations[item.operation].apply(args);
    if (value === null || !allowed(value)) return null;
    values.set(item.name, value);
  }
  return values;
}

function resolve(program: Program, argument: Argument, values: ReadonlyMap<string, Value>): Value | undefined {
  if (argument.kind === 'literal') return argument.value;
  if (argument.kind === 'fact') return factValue(program, argument.name);
  return values.get(argument.name);
}
