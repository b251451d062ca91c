import { operations, parseValue, sameValue, type Value } from './operation.js';
import { factValue, solve, type Program } from './program.js';

/** A step as an episode records it. */
export interface WrittenStep {
  readonly strategy: string | null;
  readonly text: string;
}

/** A line that states an item's value: computed (`a=12+30=42`) or validated (`a:12+30=42 ok`). */
export interface ValueLine {
  readonly name: string;
  readonly value: Value;
  readonly hedged: boolean;
}

const computed = /^([a-h])=.+=(about |maybe )?([\d,]+)$/;
const validated = /^([a-h]):.+=([\d,]+) (?:ok|wrong)$/;

/** What the line states, or `null` when it states no value or cannot be read. */
export function readValueLine({ strategy, text }: WrittenStep): ValueLine | null {
  const line = text.trim();
  const match = strategy === 'validation' ? validated.exec(line) : isComputation(strategy) ? computed.exec(line) : null;
  const value = match && parseValue(match.at(-1)!);
  if (!match || value === null) return null;
  return { name: match[1]!, value, hedged: match.length === 4 && match[2] !== undefined };
}

export function isComputation(strategy: string | null): boolean {
  return strategy === 'continuation' || strategy === 'deep-thinking';
}

/** The values stated so far, the latest of each item. */
export function statedValues(steps: readonly WrittenStep[]): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const step of steps) {
    const line = readValueLine(step);
    if (line) values.set(line.name, line.value);
  }
  return values;
}

/**
 * Whether the step at `index` wrote a right value: the one its item has, given the values stated before it. An error
 * inherited from an earlier line is therefore counted once, where it was made. `null` for steps that compute nothing;
 * a computation that cannot be read, or of an item that does not exist, is wrong.
 */
export function judgeStep(program: Program, steps: readonly WrittenStep[], index: number): 'right' | 'wrong' | null {
  const step = steps[index]!;
  if (!isComputation(step.strategy) && step.strategy !== 'validation') return null;
  const line = readValueLine(step);
  const item = line && program.items.find(({ name }) => name === line.name);
  if (!line || !item) return 'wrong';
  const stated = statedValues(steps.slice(0, index));
  const truth = solve(program)!;
  const args = item.arguments.map((argument) => {
    if (argument.kind === 'literal') return argument.value;
    if (argument.kind === 'fact') return factValue(program, argument.name);
    return stated.get(argument.name) ?? truth.get(argument.name)!;
  });
  const exact = operations[item.operation].apply(args);
  return exact !== null && sameValue(exact, line.value) ? 'right' : 'wrong';
}
