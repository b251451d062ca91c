/** A small imperative program over whole numbers. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'binary'; readonly sign: Sign; readonly left: Expression; readonly right: Expression };

/** `//` divides and rounds down; `%` is the remainder. Both only where neither side is negative. */
export type Sign = '+' | '-' | '*' | '//' | '%';

export interface Condition {
  readonly left: Expression;
  readonly comparison: '<' | '>' | '<=' | '==';
  readonly right: Expression;
}

export type Statement =
  | { readonly kind: 'assign'; readonly name: string; readonly value: Expression }
  | {
      readonly kind: 'if';
      readonly condition: Condition;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  /** Runs the body with `name` from `from` to `below` − 1. */
  | {
      readonly kind: 'for';
      readonly name: string;
      readonly from: number;
      readonly below: number;
      readonly body: readonly Statement[];
    };

export interface Program {
  readonly statements: readonly Statement[];
  /** Variables printed at the end, in this order. */
  readonly printed: readonly string[];
}

export interface Trace {
  readonly output: readonly number[];
  /** Assignments carried out. */
  readonly assignments: number;
  /** Branches that went both ways in the course of the run. */
  readonly bothWays: number;
}

/** Largest size of a value that a person would still calculate with. */
const largestValue = 500;

/** Runs the program; `null` where a value gets too large, or a division would have a negative or zero side. */
export function trace({ statements, printed }: Program): Trace | null {
  const variables = new Map<string, number>();
  let assignments = 0;
  const outcomes = new Map<Statement, Set<boolean>>();
  const value = (expression: Expression): number => {
    if (expression.kind === 'number') return expression.value;
    if (expression.kind === 'variable') return variables.get(expression.name) ?? NaN;
    return calculate(expression.sign, value(expression.left), value(expression.right));
  };
  // Whatever goes wrong becomes NaN, which nothing but the end of the program looks for.
  let isSound = true;
  const assign = (name: string, result: number): void => {
    variables.set(name, result);
    if (!(Math.abs(result) <= largestValue)) isSound = false;
  };
  const run = (block: readonly Statement[]): void => {
    for (const statement of block) {
      if (!isSound) return;
      if (statement.kind === 'assign') {
        assign(statement.name, value(statement.value));
        assignments += 1;
      } else if (statement.kind === 'if') {
        const { condition, then, otherwise } = statement;
        const outcome = compare(condition.comparison, value(condition.left), value(condition.right));
        outcomes.set(statement, (outcomes.get(statement) ?? new Set()).add(outcome));
        run(outcome ? then : otherwise);
      } else {
        for (let count = statement.from; count < statement.below && isSound; count += 1) {
          assign(statement.name, count);
          run(statement.body);
        }
      }
    }
  };
  run(statements);
  const output = printed.map((name) => variables.get(name) ?? NaN);
  const bothWays = [...outcomes.values()].filter(({ size }) => size === 2).length;
  return isSound && output.every(Number.isInteger) ? { output, assignments, bothWays } : null;
}

function calculate(sign: Sign, left: number, right: number): number {
  if (sign === '+') return left + right;
  if (sign === '-') return left - right;
  if (sign === '*') return left * right;
  if (left < 0 || right <= 0) return NaN;
  return sign === '%' ? left % right : Math.floor(left / right);
}

function compare(comparison: Condition['comparison'], left: number, right: number): boolean {
  if (comparison === '<') return left < right;
  if (comparison === '>') return left > right;
  return comparison === '<=' ? left <= right : left === right;
}
