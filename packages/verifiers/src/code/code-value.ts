import type { CallOutcome, CodeLanguage, CodeValue } from './code-request.js';

/** A value with its exact type, as it leaves an interpreter: JSON of `[kind, content]`. */
type Tree = null | boolean | readonly [kind: string, content?: unknown, more?: unknown];

/** Deepest nesting that is read: a program may send anything. */
const deepest = 160;

/** Arguments of one call, as the process takes them: trees for Python, text of a list for JavaScript. */
export function writeArguments(language: CodeLanguage, values: readonly CodeValue[]): unknown {
  return language === 'python' ? values.map((value) => toTree(value)) : JSON.stringify(values);
}

/** What a program returned; an error when it is nothing that can be compared. */
export function readValue(text: string): CallOutcome {
  try {
    return { value: fromTree(JSON.parse(text) as Tree, 0) };
  } catch {
    return { error: 'what it returned is no plain data' };
  }
}

/** A value that JSON has no word for: a tuple, a set, bytes, an integer too large to be exact, … */
export class OtherValue {
  constructor(
    readonly kind: string,
    readonly content: unknown,
  ) {}
}

function toTree(value: CodeValue): Tree {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return ['s', value];
  if (typeof value === 'number') return Number.isSafeInteger(value) ? ['i', integerText(value)] : ['n', String(value)];
  if (Array.isArray(value)) return ['l', value.map((each: CodeValue) => toTree(each))];
  return ['d', Object.entries(value).map(([key, each]) => [toTree(key), toTree(each as CodeValue)])];
}

function integerText(value: number): string {
  return value < 0 ? `-${(-value).toString(16)}` : value.toString(16);
}

function fromTree(tree: Tree, depth: number): unknown {
  if (depth > deepest) throw new RangeError('too deep');
  if (tree === null || typeof tree === 'boolean') return tree;
  const [kind, content] = tree;
  switch (kind) {
    case 's':
      if (typeof content !== 'string') throw new TypeError('no text');
      return content;
    case 'n':
      return Number(content);
    case 'f':
      return floatOf(String(content));
    case 'i': {
      const value = Number.parseInt(String(content), 16);
      return Number.isSafeInteger(value) ? value : new OtherValue(kind, content);
    }
    case 'l':
      return (content as Tree[]).map((each) => fromTree(each, depth + 1));
    case 'd':
      return objectOf(
        (content as [Tree, Tree][]).map(([key, each]) => [fromTree(key, depth + 1), fromTree(each, depth + 1)]),
      );
    default:
      return new OtherValue(kind, content);
  }
}
/** Hexadecimal as Python's `float.hex` writes it, e.g. `-0x1.8p+1`. */
function floatOf(text: string): number {
  const parts = /^(-?)0x([01])\.?([0-9a-f]*)p([+-]\d+)$/.exec(text);
  if (parts === null) return text === 'inf' ? Infinity : text === '-inf' ? -Infinity : NaN;
  const [, sign, whole, fraction, exponent] = parts;
  const mantissa = Number.parseInt(`${whole}${fraction}`, 16) / 16 ** fraction!.length;
  // In two steps: the power alone would overflow or vanish at the ends of the range.
  const half = Math.trunc(Number(exponent) / 2);
  return (sign === '-' ? -1 : 1) * mantissa * 2 ** half * 2 ** (Number(exponent) - half);
}

function objectOf(entries: readonly (readonly [unknown, unknown])[]): unknown {
  const isPlain = entries.every(([key]) => typeof key === 'string');
  return isPlain ? Object.fromEntries(entries as [string, unknown][]) : new OtherValue('d', entries);
}
