import type { Answer, Bound, Interval, RelationAnswer, ValueAnswer } from './answer.js';
import { exactValue } from './exact-value.js';
import { call, number, symbolsOf, type Expression } from './expression.js';
import { formulasEqual } from './formulas-equal.js';
import { numericValue } from './numeric-value.js';
import { tupleInterval } from './read-answer.js';

/** Whether two answers say the same. Symmetric. */
export function answersEqual(one: Answer, other: Answer): boolean {
  const [a, b] = [simplest(one), simplest(other)];
  if (a.kind === b.kind) return sameKindEqual(a, b);
  return differentKindsEqual(a, b) || differentKindsEqual(b, a);
}

/** A list of one is that one. */
function simplest(answer: Answer): Answer {
  const [only] = answer.kind === 'list' || answer.kind === 'set' ? answer.items : [];
  return only !== undefined && (answer.kind === 'list' || answer.kind === 'set') && answer.items.length === 1
    ? simplest(only)
    : answer;
}

function sameKindEqual(a: Answer, b: Answer): boolean {
  if (a.kind === 'text' && b.kind === 'text') return a.text.replace(/ /g, '') === b.text.replace(/ /g, '');
  if (a.kind === 'value' && b.kind === 'value') return valuesEqual(a, b);
  if (a.kind === 'tuple' && b.kind === 'tuple') return a.brackets === b.brackets && inOrderEqual(a.items, b.items);
  if (a.kind === 'matrix' && b.kind === 'matrix') return matricesEqual(a.rows, b.rows);
  if (a.kind === 'region' && b.kind === 'region') return regionsEqual(a.intervals, b.intervals);
  if (a.kind === 'relation' && b.kind === 'relation') return relationsEqual(a, b);
  if ((a.kind === 'list' && b.kind === 'list') || (a.kind === 'set' && b.kind === 'set')) return listsEqual(a, b);
  return false;
}

type Several = Extract<Answer, { kind: 'list' | 'set' }>;

function listsEqual(a: Several, b: Several): boolean {
  const [regionA, regionB] = [asRegion(a), asRegion(b)];
  if (regionA !== null && regionB !== null) return regionsEqual(regionA, regionB);
  return inAnyOrderEqual(distinctIn(solutions(a)), distinctIn(solutions(b)));
}

/** A set has each of its elements once, however often it names them. */
function distinctIn(items: readonly Answer[]): Answer[] {
  return items.filter((item, index) => !items.slice(0, index).some((earlier) => answersEqual(earlier, item)));
}

/** Solutions of one unknown are their values: `x = 1, x = 2` is `1, 2`. Those of several stay what they are. */
function solutions({ items }: Several): readonly Answer[] {
  const unknowns = new Set(items.map((item) => (item.kind === 'relation' ? unknownOf(item) : '')));
  const [only] = unknowns;
  if (unknowns.size !== 1 || only === undefined || only === null || only === '') return items;
  return items.map((item) => (item.kind === 'relation' ? item.right : item));
}

/** What an equation says the value of: `x` of `x = 3`, `f(x)` of `f(x) = 2x`; `null` of `x + y = 3`. */
function unknownOf({ relation, left, right }: RelationAnswer): string | null {
  if (relation !== 'equal') return null;
  if (left.kind === 'tuple')
    return left.items.every((item) => item.kind === 'value' && item.value.kind === 'symbol') ? 'tuple' : null;
  if (left.kind !== 'value') return null;
  const names = [...symbolsOf(left.value)];
  if (right.kind === 'value' && left.value.kind === 'symbol' && symbolsOf(right.value).has(left.value.name))
    return null;
  if (left.value.kind === 'symbol') return left.value.name;
  const isProduct = left.value.kind === 'call' && left.value.head === 'Multiply';
  const letters = isProduct && left.value.operands.every(({ kind }) => kind === 'symbol');
  const [first] = isProduct ? left.value.operands : [];
  const isFunction =
    isProduct && left.value.operands.length === 2 && first?.kind === 'symbol' && /^[a-zA-Z](_.*)?$/.test(first.name);
  const isCall = left.value.kind === 'call' && /^[A-Za-z]$/.test(left.value.head);
  // `AB = 5` names a length; `xy = 5` is an equation.
  if (isCall || (letters && names.every((name) => /^[A-Z]/.test(name)))) return names.join('');
  return isFunction && first?.kind === 'symbol' && /^[fghFGHPpqr]$/.test(first.name) ? first.name : null;
}

function differentKindsEqual(a: Answer, b: Answer): boolean {
  if (b.kind === 'region') {
    const region = asRegion(a);
    return region !== null && regionsEqual(region, b.intervals);
  }
  if (a.kind === 'relation') {
    if (unknownOf(a) !== null && b.kind !== 'relation') return answersEqual(a.right, b);
    const [one, two] = [asRegion(a), asRegion(b)];
    return one !== null && two !== null && regionsEqual(one, two);
  }
  if (a.kind === 'list' && b.kind === 'set') return listsEqual(a, b);
  if (a.kind === 'list' && b.kind === 'tuple') {
    const [one, two] = [asRegion(a), asRegion(b)];
    return systemEqual(a.items, b) || (one !== null && two !== null && regionsEqual(one, two));
  }
  if (a.kind === 'text' && b.kind === 'value' && b.value.kind === 'symbol')
    return a.text === b.value.name.toLowerCase();
  return false;
}

/** `x = 1, y = 2` is the point (1, 2): unknowns in alphabetical order. */
function systemEqual(items: readonly Answer[], tuple: Extract<Answer, { kind: 'tuple' }>): boolean {
  const named = items.map((item) => (item.kind === 'relation' ? { name: unknownOf(item), right: item.right } : null));
  const names = new Set(named.map((each) => each?.name ?? null));
  if (names.has(null) || names.size !== items.length || tuple.brackets !== '()') return false;
  const ordered = [...named].sort((one, two) => ((one?.name ?? '') < (two?.name ?? '') ? -1 : 1));
  return inOrderEqual(ordered.map((each) => each?.right) as Answer[], tuple.items);
}

function valuesEqual(a: ValueAnswer, b: ValueAnswer): boolean {
  if (a.base !== null || b.base !== null) {
    if (a.base !== null && b.base !== null) return formulasEqual(a.value, b.value);
    return digitsOf(a) !== null && digitsOf(a) === digitsOf(b);
  }
  if (a.unit === null && b.unit === null) return formulasEqual(a.value, b.value);
  if (a.unit !== null && b.unit !== null) {
    if (a.unit.dimension !== b.unit.dimension) return false;
    if (a.unit.factor === b.unit.factor) return formulasEqual(a.value, b.value);
    return quantitiesClose(a, b);
  }
  if (formulasEqual(a.value, b.value)) return true;
  const [withUnit, bare] = a.unit === null ? [b, a] : [a, b];
  if (withUnit.unit?.dimension === 'percent^1')
    return formulasEqual(call('Divide', withUnit.value, number(100)), bare.value);
  if (withUnit.unit?.dimension === 'angle^1' && withUnit.unit.factor === 1) {
    return formulasEqual(call('Degrees', withUnit.value), bare.value);
  }
  return false;
}

/** The digits of a whole number in the base it is written in. */
function digitsOf({ value, base }: ValueAnswer): string | null {
  const exact = exactValue(value);
  return exact === null || exact.denominator !== 1n ? null : exact.numerator.toString(base ?? 10);
}

/** 1 foot and 12 inches. */
function quantitiesClose(a: ValueAnswer, b: ValueAnswer): boolean {
  const [one, two] = [a, b].map(
    ({ value, unit }) => (numericValue(value, new Map(), true)?.value[0] ?? NaN) * (unit?.factor ?? 1),
  );
  return Math.abs((one ?? NaN) - (two ?? NaN)) <= 1e-12 * Math.max(Math.abs(one ?? NaN), Math.abs(two ?? NaN));
}

function inOrderEqual(a: readonly Answer[], b: readonly Answer[]): boolean {
  return a.length === b.length && a.every((item, index) => answersEqual(item, b[index] as Answer));
}

function inAnyOrderEqual(a: readonly Answer[], b: readonly Answer[]): boolean {
  if (a.length !== b.length) return false;
  const left = [...b];
  return a.every((item) => {
    const place = left.findIndex((candidate) => answersEqual(item, candidate));
    if (place >= 0) left.splice(place, 1);
    return place >= 0;
  });
}

function matricesEqual(a: readonly (readonly Expression[])[], b: readonly (readonly Expression[])[]): boolean {
  const same = (row: readonly Expression[], other: readonly Expression[] | undefined) =>
    row.length === other?.length && row.every((cell, index) => formulasEqual(cell, other[index] as Expression));
  return a.length === b.length && a.every((row, index) => same(row, b[index]));
}

/** The real numbers for which a relation of one unknown holds, if it says so directly: `x > 2`, `1 \le x < 5`. */
function asRegion(answer: Answer): readonly Interval[] | null {
  if (answer.kind === 'region') return answer.intervals;
  if (answer.kind === 'tuple') {
    const interval = tupleInterval(answer);
    return interval === null ? null : [interval];
  }
  if (answer.kind === 'list') return listRegion(answer.items);
  if (answer.kind !== 'relation' || answer.left.kind !== 'value' || answer.right.kind !== 'value') return null;
  const { relation, left, right } = answer;
  const closed = relation === 'lessEqual';
  const infinite: Bound = { at: null, closed: false };
  const isUnknown = ({ value }: ValueAnswer, than: ValueAnswer) =>
    value.kind === 'symbol' && symbolsOf(value).size === 1 && !symbolsOf(than.value).has(value.name);
  if (relation === 'unequal' && isUnknown(left, right)) {
    const at = { at: right.value, closed: false };
    return [
      { low: infinite, high: at },
      { low: at, high: infinite },
    ];
  }
  if (relation !== 'less' && relation !== 'lessEqual') return null;
  if (isUnknown(left, right)) return [{ low: infinite, high: { at: right.value, closed } }];
  if (isUnknown(right, left)) return [{ low: { at: left.value, closed }, high: infinite }];
  return null;
}

/** Two half-lines that meet are the interval between, two that do not are both of them. */
function listRegion(items: readonly Answer[]): readonly Interval[] | null {
  const parts = items.map(asRegion);
  if (parts.includes(null) || !items.every(({ kind }) => kind === 'relation' || kind === 'list')) return null;
  const unknowns = new Set(items.flatMap(unknownsIn));
  if (unknowns.size !== 1) return null;
  const intervals = parts.flatMap((part) => part ?? []);
  const [one, two] = intervals;
  if (intervals.length === 2 && one !== undefined && two !== undefined) {
    const below = [one, two].find(({ low }) => low.at === null);
    const above = [one, two].find(({ high }) => high.at === null);
    if (
      below !== undefined &&
      above !== undefined &&
      below !== above &&
      below.high.at !== null &&
      above.low.at !== null
    ) {
      if (position(above.low) < position(below.high)) return [{ low: above.low, high: below.high }];
    }
  }
  return intervals;
}

function unknownsIn(answer: Answer): string[] {
  if (answer.kind === 'list') return answer.items.flatMap(unknownsIn);
  if (answer.kind !== 'relation') return [];
  return [answer.left, answer.right].flatMap((side) =>
    side.kind === 'value' && side.value.kind === 'symbol' ? [...symbolsOf(side.value)] : [],
  );
}

function position({ at }: Bound): number {
  return at === null ? NaN : (numericValue(at, new Map(), true)?.value[0] ?? NaN);
}

function regionsEqual(a: readonly Interval[], b: readonly Interval[]): boolean {
  const inOrder = (intervals: readonly Interval[]) =>
    [...intervals].sort((one, two) =>
      one.low.at === null ? -1 : two.low.at === null ? 1 : position(one.low) - position(two.low),
    );
  const [one, two] = [inOrder(a), inOrder(b)];
  const same = (left: Bound, right: Bound | undefined) =>
    right !== undefined &&
    left.closed === right.closed &&
    (left.at === null || right.at === null ? left.at === right.at : formulasEqual(left.at, right.at));
  return (
    one.length === two.length &&
    one.every(({ low, high }, index) => same(low, two[index]?.low) && same(high, two[index]?.high))
  );
}

function relationsEqual(a: RelationAnswer, b: RelationAnswer): boolean {
  if (a.relation !== b.relation) return false;
  const [unknownA, unknownB] = [unknownOf(a), unknownOf(b)];
  if (unknownA !== null && unknownA === unknownB) return answersEqual(a.right, b.right);
  if (a.left.kind !== 'value' || a.right.kind !== 'value' || b.left.kind !== 'value' || b.right.kind !== 'value') {
    return answersEqual(a.left, b.left) && answersEqual(a.right, b.right);
  }
  return proportional(difference(a.left.value, a.right.value), difference(b.left.value, b.right.value), a.relation);
}

const difference = (left: Expression, right: Expression): Expression =>
  call('Add', left, call('Multiply', number(-1), right));

/** `2x = 6` is `x - 3 = 0`: one difference is the other times a number, a positive one where direction matters. */
function proportional(one: Expression, other: Expression, relation: RelationAnswer['relation']): boolean {
  const names = [...symbolsOf(other, symbolsOf(one))].sort();
  const probe = new Map(names.map((name, place) => [name, 1.37 + 0.61 * place]));
  const [a, b] = [numericValue(one, probe, false), numericValue(other, probe, false)];
  if (a === null || b === null) return false;
  const isZero = ({ value, scale }: { value: readonly [number, number]; scale: number }) =>
    Math.hypot(...value) <= 1e-9 * scale;
  if (isZero(a) || isZero(b)) return formulasEqual(one, other);
  const ratio = a.value[0] / b.value[0];
  if (!Number.isFinite(ratio) || ratio === 0 || (ratio < 0 && relation.startsWith('less'))) return false;
  // The ratio, made exact where it is a simple fraction, must hold everywhere.
  for (let bottom = 1n; bottom <= 60n; bottom += 1n) {
    const top = Math.round(ratio * Number(bottom));
    if (Math.abs(top / Number(bottom) - ratio) > 1e-9 * Math.abs(ratio)) continue;
    return formulasEqual(one, call('Multiply', number({ numerator: BigInt(top), denominator: bottom }), other));
  }
  const [aOther, bOther] = [1.71, 2.39].map((start) => {
    const point = new Map(names.map((name, place) => [name, start + 0.83 * place]));
    const [p, q] = [numericValue(one, point, false), numericValue(other, point, false)];
    return p === null || q === null ? NaN : p.value[0] / q.value[0];
  });
  return [aOther, bOther].every((each) => Math.abs((each ?? NaN) - ratio) <= 1e-9 * Math.abs(ratio));
}
