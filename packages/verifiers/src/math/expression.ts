import { readDecimal, rational, type Rational } from './rational.js';

/** A formula: an exact number, a symbol, or an operator with operands. */
export type Expression =
  | { readonly kind: 'number'; readonly value: Rational }
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'call'; readonly head: string; readonly operands: readonly Expression[] };

export const number = (value: Rational | number): Expression => ({
  kind: 'number',
  value: typeof value === 'number' ? rational(BigInt(value)) : value,
});
export const symbol = (name: string): Expression => ({ kind: 'symbol', name });
export const call = (head: string, ...operands: readonly Expression[]): Expression => ({
  kind: 'call',
  head,
  operands,
});

/** What a formula may be made of at most; beyond it a formula is not read. */
export const limits = { nodes: 600, depth: 60 };

/** Thrown within this folder when a formula is larger than `limits` or compares too slowly; a verdict of its own outside. */
export class WorkLimit extends Error {}

/** MathJSON as compute-engine's parser writes it: numbers, strings, arrays, and objects with `num`, `str` or `fn`. */
export type MathJson = number | string | null | readonly MathJson[] | { readonly [key: string]: unknown };

/** Thrown when the parser found a mistake in a text. */
export class NotAFormula extends Error {}

const inverseTrigonometric: Readonly<Record<string, string>> = {
  ...{ Sin: 'Arcsin', Cos: 'Arccos', Tan: 'Arctan', Cot: 'Arccot', Sec: 'Arcsec', Csc: 'Arccsc' },
  ...{ Sinh: 'Arsinh', Cosh: 'Arcosh', Tanh: 'Artanh' },
};

/** Operators whose operands may stand in any order. */
const commutative: ReadonlySet<string> = new Set(['Add', 'Multiply', 'GCD', 'LCM', 'Max', 'Min']);

/**
 * Turns MathJSON into an expression: products that are only implied become products, mixed numbers sums, `\sin^{-1}` an arc
 * sine, subtraction and negation sums and products.
 *
 * @throws NotAFormula where the parser reported an error.
 * @throws WorkLimit when it is larger than `limits`.
 */
export function toExpression(json: MathJson): Expression {
  let nodes = 0;
  const convert = (node: MathJson, depth: number): Expression => {
    nodes += 1;
    if (nodes > limits.nodes || depth > limits.depth) throw new WorkLimit('formula too large');
    const plain = unwrap(node);
    if (typeof plain === 'number') return fromNumber(String(plain));
    if (typeof plain === 'string') return fromString(plain);
    const [head, ...rest] = plain;
    if (typeof head !== 'string') throw new NotAFormula('no operator');
    if (head === 'Error' || head === 'LatexString') throw new NotAFormula('not understood');
    if (head === '\u0000number') return fromNumber(String(rest[0]));
    const operands = rest.map((each) => convert(each, depth + 1));
    return build(head, operands, rest);
  };
  return convert(json, 0);
}

/** Numbers in objects come back as `['\u0000number', digits]`. */
function unwrap(node: MathJson): number | string | readonly MathJson[] {
  if (typeof node !== 'object') return node;
  // The parser leaves a gap where it found nothing.
  if (node === null) throw new NotAFormula('incomplete');
  if (Array.isArray(node)) return node as readonly MathJson[];
  const { num, fn, str, sym } = node as { num?: string; fn?: readonly MathJson[]; str?: string; sym?: string };
  if (num !== undefined) return ['\u0000number', num];
  if (fn !== undefined) return fn;
  if (sym !== undefined) return sym;
  return `'${str ?? ''}'`;
}

function fromNumber(digits: string): Expression {
  if (/^\+?Infinity$/.test(digits)) return symbol('PositiveInfinity');
  if (digits === '-Infinity') return call('Multiply', number(-1), symbol('PositiveInfinity'));
  const value = readDecimal(digits);
  if (value === null) throw new NotAFormula(`the number ${digits} is not understood`);
  return number(value);
}

function fromString(name: string): Expression {
  if (name === 'ContinuationPlaceholder') throw new NotAFormula('an ellipsis');
  return symbol(name);
}

function build(head: string, operands: readonly Expression[], raw: readonly MathJson[]): Expression {
  const [first, second] = operands;
  switch (head) {
    case 'Delimiter':
      if (first?.kind === 'call' && first.head === 'Sequence')
        return call(`Delimiter${delimiterOf(raw[1])}`, ...first.operands);
      return first ?? call('Delimiter()');
    case 'InvisibleOperator':
      return mixedNumber(operands) ?? call('Multiply', ...operands);
    case 'Negate':
      return first === undefined ? call(head) : negated(first);
    case 'Subtract':
      return call('Add', first ?? number(0), negated(second ?? number(0)));
    case 'Power':
      if (first?.kind === 'call' && isMinusOne(second)) {
        const inverse = inverseTrigonometric[first.head];
        if (inverse !== undefined) return call(inverse, ...first.operands);
      }
      return call('Power', ...operands);
    case 'Colon':
    case 'Ratio':
      return call(
        'Colon',
        ...operands.flatMap((each) => (each.kind === 'call' && each.head === 'Colon' ? each.operands : [each])),
      );
    case 'Add':
    case 'Multiply':
      return call(
        head,
        ...operands.flatMap((each) => (each.kind === 'call' && each.head === head ? each.operands : [each])),
      );
    case 'C':
      return operands.length === 2 ? call('Binomial', ...operands) : call(head, ...operands);
    default:
      return call(head, ...operands);
  }
}

/** `(,)` of a delimiter, `,` of a bare list. */
function delimiterOf(options: MathJson | undefined): string {
  const text = options === undefined ? ',' : unwrap(options);
  return typeof text === 'string' ? text.replaceAll("'", '') : ',';
}

function negated(operand: Expression): Expression {
  if (operand.kind === 'number') return number({ ...operand.value, numerator: -operand.value.numerator });
  return call('Multiply', number(-1), operand);
}

function isMinusOne(operand: Expression | undefined): boolean {
  return operand?.kind === 'number' && operand.value.numerator === -1n && operand.value.denominator === 1n;
}

/** `2\frac{1}{3}` is two and a third, not two thirds. */
function mixedNumber(operands: readonly Expression[]): Expression | null {
  const [whole, fraction] = operands;
  if (operands.length !== 2 || whole?.kind !== 'number' || whole.value.denominator !== 1n) return null;
  if (fraction?.kind !== 'call' || fraction.head !== 'Divide') return null;
  const [top, bottom] = fraction.operands;
  if (top?.kind !== 'number' || bottom?.kind !== 'number') return null;
  const isProper =
    top.value.denominator === 1n && bottom.value.denominator === 1n && top.value.numerator < bottom.value.numerator;
  if (!isProper || whole.value.numerator === 0n) return null;
  return call('Add', whole, whole.value.numerator < 0n ? negated(fraction) : fraction);
}

/**
 * A text that two formulas share exactly when they are written alike, but for the order of terms and factors; within an operator
 * that nothing is known about, order counts too: the vector AB is not the vector BA.
 */
export function signature(expression: Expression, ordered = false): string {
  if (expression.kind === 'number') return `${expression.value.numerator}/${expression.value.denominator}`;
  if (expression.kind === 'symbol') return expression.name;
  const inOrder = ordered || opaque(expression);
  const parts = expression.operands.map((operand) => signature(operand, inOrder));
  if (!inOrder && commutative.has(expression.head)) parts.sort();
  return `${expression.head}(${parts.join(';')})`;
}

/** Names of the symbols a formula has, constants left out. */
export function symbolsOf(expression: Expression, found = new Set<string>()): Set<string> {
  if (expression.kind === 'symbol' && !constants.has(expression.name)) found.add(expression.name);
  if (expression.kind === 'call') {
    if (opaque(expression)) found.add(signature(expression));
    else for (const operand of expression.operands) symbolsOf(operand, found);
  }
  return found;
}

/** Symbols with a value of their own. */
export const constants: ReadonlySet<string> = new Set([
  'Pi',
  'e',
  'i',
  'PositiveInfinity',
  'ExponentialE',
  'ImaginaryUnit',
]);

/** Operators that are evaluated; every other one stands for an unknown of its own. */
export const evaluated: ReadonlySet<string> = new Set([
  ...[
    'Add',
    'Multiply',
    'Divide',
    'Power',
    'Sqrt',
    'Root',
    'Abs',
    'Exp',
    'Ln',
    'Log',
    'Lb',
    'Factorial',
    'Binomial',
    'Choose',
  ],
  ...['Sin', 'Cos', 'Tan', 'Cot', 'Sec', 'Csc', 'Arcsin', 'Arccos', 'Arctan', 'Arccot', 'Arcsec', 'Arccsc'],
  ...[
    'Sinh',
    'Cosh',
    'Tanh',
    'Arsinh',
    'Arcosh',
    'Artanh',
    'Floor',
    'Ceil',
    'Mod',
    'GCD',
    'LCM',
    'Max',
    'Min',
    'Degrees',
  ],
  ...['Colon', 'Determinant'],
]);

/** Whether a formula is an operator that nothing is known about. */
export function opaque(expression: Expression): boolean {
  return expression.kind === 'call' && !evaluated.has(expression.head);
}

/** Whether any part of a formula is one of these operators or symbols. */
export function mentions(expression: Expression, names: ReadonlySet<string>): boolean {
  if (expression.kind === 'number') return false;
  if (expression.kind === 'symbol') return names.has(expression.name);
  return names.has(expression.head) || expression.operands.some((operand) => mentions(operand, names));
}
