import { parse } from '@cortex-js/compute-engine/latex-syntax';
import type { Answer, Interval, Relation } from './answer.js';
import {
  call,
  NotAFormula,
  number,
  symbol,
  toExpression,
  WorkLimit,
  type Expression,
  type MathJson,
} from './expression.js';
import { normalise } from './normalise.js';
import { splitUnit } from './quantity.js';
import { readDecimal } from './rational.js';

/** What a text may hold to be given to the parser, which takes very long over some longer ones. */
const parserLimits = { length: 2000, depth: 40, bars: 12 };

/** Most items of a list. */
const mostItems = 64;

/**
 * An answer as `readAnswer` wants it.
 *
 * @throws WorkLimit when it is too long to be read.
 */
export function normalAnswer(text: string): string {
  if (text.length > parserLimits.length) throw new WorkLimit('answer too long');
  return normalise(text);
}

/**
 * Reads an answer, LaTeX or plain, that `normalAnswer` made.
 *
 * @returns `null` when the text is empty or no answer of any kind.
 * @throws WorkLimit when it is too large to be read.
 */
export function readAnswer(normal: string): Answer | null {
  if (normal === '') return null;
  return readWords(normal) ?? readFormula(normal) ?? readPlainText(normal);
}

const emptySet: Answer = { kind: 'set', items: [] };

/** Answers in words: `\text{east}`, `no solution`, `(B)`. */
function readWords(text: string): Answer | null {
  const option = readOption(text);
  if (option !== null) return { kind: 'text', text: option };
  const marked = /^\\text\s*\{([^{}]*)\}$/.exec(text)?.[1]?.trim();
  // What is marked as text can be a number with its unit, or several answers.
  if (marked !== undefined && /^[-\d]|,|\b(?:and|or)\b/.test(marked)) return readAnswer(normalAnswer(marked));
  const words = text
    .replace(/\\text\s*\{([^{}]*)\}/g, ' $1 ')
    .replace(/\s+/g, ' ')
    .trim();
  const plain = plainWords(words);
  if (isTimeOrDate(plain)) return { kind: 'text', text: plain };
  const isWordy = /^[a-zA-Z][a-zA-Z'’ -]*$/.test(words) && isProse(words);
  if (!isWordy && (marked === undefined || !/[a-zA-Z]{2}/.test(marked))) return null;
  if (/^(no (real )?solutions?|empty set|none|no such .*)$/.test(plain)) return emptySet;
  if (/^(all )?real numbers?$|^all reals?$/.test(plain)) return everything;
  return { kind: 'text', text: plain };
}

/** The letter of a multiple-choice option: `(B)`, `B.`, `\textbf{(B)}`, `Choice B`, `\text{(B) } 12`. */
function readOption(text: string): string | null {
  const match =
    /^(?:choice|option)?\s*\(?\s*(?:\\text\s*\{\s*\(?([A-J])\)?[.:]?\s*\}|([A-J]))\s*\)?[.:]?$/i.exec(text) ??
    /^\\text\s*\{\s*\(([A-J])\)\s*\}\s*\S.*$/.exec(text);
  const letter = match?.[1] ?? match?.[2];
  return letter !== undefined && letter === letter.toUpperCase() ? letter.toLowerCase() : null;
}

/** `3 30 pm`, `january 1`, `1 hour 30 minutes`, after punctuation is gone. */
function isTimeOrDate(words: string): boolean {
  const months = /^(january|february|march|april|may|june|july|august|september|october|november|december)\b/;
  return (
    /^\d{1,2}( \d{2})? ?[ap] ?m$/.test(words) || months.test(words) || /^\d+ [a-z]+ (and )?\d+ [a-z]+$/.test(words)
  );
}

/** Whether letters are words rather than a product of unknowns: `east`, not `abc`. */
function isProse(words: string): boolean {
  if (/^(yes|no|odd|even|true|false|none|both|all|dne)$/i.test(words)) return true;
  return words.split(/[ ,-]+/).some((word) => word.length >= 4 && /[aeiouy]/i.test(word));
}

function plainWords(text: string): string {
  const lower = text
    .toLowerCase()
    .replace(/[.,;:!?"’']/g, ' ')
    .replace(/-/g, ' ');
  return lower
    .replace(/\b(?:the|a|an)\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The last resort: words that stay what they are. */
function readPlainText(text: string): Answer | null {
  const plain = plainWords(text.replace(/\\text\s*\{([^{}]*)\}/g, ' $1 '));
  return plain === '' ? null : { kind: 'text', text: plain.replace(/\s+/g, '') };
}

const everything: Answer = {
  kind: 'region',
  intervals: [{ low: { at: null, closed: false }, high: { at: null, closed: false } }],
};

function readFormula(text: string): Answer | null {
  const mixed = /^(-?)\s*(\d+)\s+(\d+)\s*\/\s*(\d+)$/.exec(text);
  if (mixed !== null) return readFormula(`${mixed[1]}${mixed[2]}\\frac{${mixed[3]}}{${mixed[4]}}`);
  const based = readBased(text);
  if (based !== null) return based;
  const parts = topLevelParts(text);
  if (parts.length > mostItems) throw new WorkLimit('too many answers');
  if (parts.length > 1) {
    const items = parts.map(readAnswerPart);
    return items.includes(null) ? null : { kind: 'list', items: flatten(items as Answer[]) };
  }
  const { body, unit } = splitUnit(text);
  // Two numbers side by side are neither one number nor a product.
  if (/(?<![_^]\d*)\d\s+\d/.test(body)) return null;
  const json = parseSafely(body);
  if (json === null) return null;
  try {
    const answer = toAnswer(toExpression(json));
    if (unit === null || answer === null) return answer;
    if (answer.kind === 'value') return { ...answer, unit };
    if (answer.kind === 'relation' && answer.right.kind === 'value')
      return { ...answer, right: { ...answer.right, unit } };
    return answer;
  } catch (thrown) {
    if (thrown instanceof NotAFormula) return null;
    throw thrown;
  }
}

function readAnswerPart(text: string): Answer | null {
  const trimmed = text.trim();
  return trimmed === '' ? null : (readWords(trimmed) ?? readFormula(trimmed) ?? readPlainText(trimmed));
}

/** A list within a list, as `x = \pm 2, 3` has it, is one list. */
function flatten(items: readonly Answer[]): Answer[] {
  return items.flatMap((item) => (item.kind === 'list' ? item.items : [item]));
}

/** `1011_2`, `1011_{two}` stay digits with a base. */
function readBased(text: string): Answer | null {
  const match =
    /^([0-9A-Fa-f]+)_\s*\{?\s*\(?\s*(\d{1,2})\s*\)?\s*\}?$/.exec(text) ??
    /^([0-9A-F]+)_\s*\{?\s*(?:\\text\s*\{)?\s*([a-z]+)[\s}]*$/.exec(text);
  if (match === null) return null;
  const names: Readonly<Record<string, number>> = {
    two: 2,
    three: 3,
    four: 4,
    five: 5,
    six: 6,
    seven: 7,
    eight: 8,
    nine: 9,
    ten: 10,
  };
  const base = names[match[2] ?? ''] ?? Number(match[2]);
  const digits = (match[1] ?? '').toLowerCase();
  if (!(base >= 2 && base <= 36)) return null;
  let value = 0n;
  for (const digit of digits) {
    const worth = parseInt(digit, 36);
    if (!(worth < base)) return null;
    value = value * BigInt(base) + BigInt(worth);
  }
  return { kind: 'value', value: number({ numerator: value, denominator: 1n }), unit: null, base };
}

/** The parts between commas that no bracket encloses. */
function topLevelParts(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let current = '';
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] as string;
    if (character === '\\' && index + 1 < text.length && '{}|,'.includes(text[index + 1] as string)) {
      if (text[index + 1] === '{') depth += 1;
      if (text[index + 1] === '}') depth -= 1;
      current += character + (text[index + 1] as string);
      index += 1;
      continue;
    }
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character)) depth -= 1;
    if (character === ',' && depth === 0) {
      parts.push(current);
      current = '';
    } else current += character;
  }
  parts.push(current);
  return parts.filter((part, index) => part.trim() !== '' || index === 0);
}

function parseSafely(text: string): MathJson | null {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character)) depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  const bars = text.split('|').length - 1;
  if (deepest > parserLimits.depth || bars > parserLimits.bars) throw new WorkLimit('formula too deep');
  const plain = readDecimal(text.replace(/\s/g, ''));
  if (plain !== null && /^[-+]?[\d.\s]+$/.test(text)) return { num: text.replace(/\s/g, '') };
  try {
    return parse(text.replace(/\\degree/g, '^\\circ')) as MathJson;
  } catch {
    return null;
  }
}

const relations: Readonly<Record<string, { readonly relation: Relation; readonly turned: boolean }>> = {
  Equal: { relation: 'equal', turned: false },
  NotEqual: { relation: 'unequal', turned: false },
  Less: { relation: 'less', turned: false },
  LessEqual: { relation: 'lessEqual', turned: false },
  Greater: { relation: 'less', turned: true },
  GreaterEqual: { relation: 'lessEqual', turned: true },
};

const value = (expression: Expression): Answer => ({ kind: 'value', value: expression, unit: null, base: null });

/** @throws NotAFormula when it is none of the kinds of answer. */
function toAnswer(expression: Expression): Answer {
  if (expression.kind === 'symbol') {
    if (expression.name === 'EmptySet') return emptySet;
    if (expression.name === 'RealNumbers') return everything;
    if (expression.name.startsWith("'")) return { kind: 'text', text: plainWords(expression.name) };
  }
  if (expression.kind !== 'call') return value(expression);
  const { head, operands } = expression;
  const relation = relations[head];
  if (relation !== undefined) return relationAnswer(relation, operands);
  switch (head) {
    case 'Delimiter,':
    case 'Sequence':
    case 'Or':
    case 'And':
      return { kind: 'list', items: flatten(operands.map(toAnswer)) };
    case 'Delimiter(,)':
      return { kind: 'tuple', brackets: '()', items: operands.map(toAnswer) };
    case 'AngleBracket':
      return { kind: 'tuple', brackets: '<>', items: operands.map(toAnswer) };
    case 'List':
      return { kind: 'tuple', brackets: '[]', items: operands.map(toAnswer) };
    case 'Set':
      return setAnswer(operands);
    case 'Interval':
      return { kind: 'region', intervals: [interval(operands)] };
    case 'Union':
      return union(operands);
    case 'SetMinus':
      return without(operands);
    case 'Element':
      return toAnswer(operands[1] ?? symbol('?'));
    case 'Matrix':
      return { kind: 'matrix', rows: rowsOf(operands[0]) };
    default:
      return plusMinus(expression) ?? value(expression);
  }
}

function relationAnswer(
  { relation, turned }: { readonly relation: Relation; readonly turned: boolean },
  operands: readonly Expression[],
): Answer {
  const [first = symbol('?'), second = symbol('?'), ...more] = operands;
  if (more.length > 0) {
    const inner = relationAnswer({ relation, turned }, [first, second]);
    const outer = relationAnswer({ relation, turned }, [second, ...more]);
    return { kind: 'list', items: flatten([inner, outer]) };
  }
  // `a < x < b` comes as `(a < x) < b`.
  if (first.kind === 'call' && relations[first.head] !== undefined) {
    const middle = first.operands[1] ?? symbol('?');
    const inner = toAnswer(first);
    const outer = relationAnswer({ relation, turned }, [middle, second]);
    if (relation === 'equal') return outer;
    return { kind: 'list', items: [inner, outer] };
  }
  if (second.kind === 'call' && relations[second.head] !== undefined) {
    const inner = relationAnswer({ relation, turned }, [first, second.operands[0] ?? symbol('?')]);
    return { kind: 'list', items: flatten([inner, toAnswer(second)]) };
  }
  const [left, right] = turned ? [second, first] : [first, second];
  const [leftAnswer, rightAnswer] = [toAnswer(left), toAnswer(right)];
  if (relation === 'equal' && rightAnswer.kind === 'list') {
    // `x = \pm 2` is `x = 2` or `x = -2`.
    return {
      kind: 'list',
      items: rightAnswer.items.map((item) => ({ kind: 'relation', relation, left: leftAnswer, right: item })),
    };
  }
  return { kind: 'relation', relation, left: leftAnswer, right: rightAnswer };
}

/** `\{x \mid x > 2\}` is what its condition says. */
function setAnswer(operands: readonly Expression[]): Answer {
  const condition = operands.find((operand) => operand.kind === 'call' && operand.head === 'Condition');
  if (condition?.kind === 'call' && condition.operands[0] !== undefined) return toAnswer(condition.operands[0]);
  return { kind: 'set', items: flatten(operands.map(toAnswer)) };
}

function interval(operands: readonly Expression[]): Interval {
  const [low, high] = operands.map((operand) => {
    const open = operand.kind === 'call' && operand.head === 'Open';
    const at = open ? (operand.operands[0] ?? null) : operand;
    return { at: at === null || isInfinite(at) ? null : at, closed: !open && !(at !== null && isInfinite(at)) };
  });
  if (low === undefined || high === undefined) throw new NotAFormula('an interval has two ends');
  return { low, high };
}

export function isInfinite(expression: Expression): boolean {
  if (expression.kind === 'symbol') return expression.name === 'PositiveInfinity';
  return expression.kind === 'call' && expression.head === 'Multiply' && expression.operands.some(isInfinite);
}

function union(operands: readonly Expression[]): Answer {
  const parts = operands.map(toAnswer);
  const intervals = parts.flatMap((part): readonly (Interval | null)[] => {
    if (part.kind === 'region') return part.intervals;
    return [part.kind === 'tuple' ? tupleInterval(part) : null];
  });
  const whole = intervals.filter((each) => each !== null);
  if (whole.length === intervals.length) return { kind: 'region', intervals: whole };
  if (parts.every(({ kind }) => kind === 'set')) {
    return { kind: 'set', items: parts.flatMap((part) => (part.kind === 'set' ? part.items : [])) };
  }
  return { kind: 'list', items: flatten(parts) };
}

/** `(1, 2)` and `[1, 2]` as intervals, where the other answer is one. */
export function tupleInterval(tuple: Extract<Answer, { kind: 'tuple' }>): Interval | null {
  const [low, high] = tuple.items;
  if (tuple.items.length !== 2 || low?.kind !== 'value' || high?.kind !== 'value' || tuple.brackets === '<>')
    return null;
  const closed = tuple.brackets === '[]';
  const bound = (at: Expression) => (isInfinite(at) ? { at: null, closed: false } : { at, closed });
  return { low: bound(low.value), high: bound(high.value) };
}

/** `\mathbb{R} \setminus \{2\}` is everything below 2 and everything above. */
function without(operands: readonly Expression[]): Answer {
  const [whole, removed] = operands.map(toAnswer);
  const isEverything =
    whole?.kind === 'region' && whole.intervals.every(({ low, high }) => low.at === null && high.at === null);
  if (!isEverything || removed?.kind !== 'set') throw new NotAFormula('a difference of sets');
  const points = removed.items.map((item) => (item.kind === 'value' ? item.value : symbol('?')));
  const ends = [null, ...points, null];
  const intervals = ends.slice(1).map((high, index) => ({
    low: { at: ends[index] ?? null, closed: false },
    high: { at: high ?? null, closed: false },
  }));
  return { kind: 'region', intervals };
}

function rowsOf(list: Expression | undefined): Expression[][] {
  if (list?.kind !== 'call') throw new NotAFormula('a matrix without rows');
  return list.operands.map((row) => (row.kind === 'call' && row.head === 'List' ? [...row.operands] : [row]));
}

/** `a \pm b` anywhere in a formula stands for two formulas. */
function plusMinus(expression: Expression): Answer | null {
  const [plus, minus] = [1, -1].map((sign) => withSign(expression, sign));
  if (plus === undefined || minus === undefined || plus === expression) return null;
  return { kind: 'list', items: [value(plus), value(minus)] };
}

function withSign(expression: Expression, sign: number): Expression {
  if (expression.kind !== 'call') return expression;
  const operands = expression.operands.map((operand) => withSign(operand, sign));
  if (expression.head === 'Measurement' || expression.head === 'PlusMinus') {
    const [base = number(0), change = number(0)] = operands.length === 1 ? [number(0), operands[0]] : operands;
    return call('Add', base, call('Multiply', number(sign), change));
  }
  const same = operands.every((operand, index) => operand === expression.operands[index]);
  return same ? expression : call(expression.head, ...operands);
}
