import type { Expression } from './expression.js';
import type { Unit } from './units.js';

export type Relation = 'equal' | 'unequal' | 'less' | 'lessEqual';

/** One end of an interval; `null` is infinity, on the side where it stands. */
export interface Bound {
  readonly at: Expression | null;
  readonly closed: boolean;
}

export interface Interval {
  readonly low: Bound;
  readonly high: Bound;
}

/** An answer, by what it is. */
export type Answer =
  /** Words, lower case, without articles and punctuation. */
  | { readonly kind: 'text'; readonly text: string }
  /** A number or formula; `base` where its digits are written in another base than ten. */
  | { readonly kind: 'value'; readonly value: Expression; readonly unit: Unit | null; readonly base: number | null }
  /** Several answers side by side, in any order: `1, 2`, `1 \pm \sqrt 2`, `x=1 or x=2`. */
  | { readonly kind: 'list'; readonly items: readonly Answer[] }
  | { readonly kind: 'set'; readonly items: readonly Answer[] }
  /** In order; `brackets` are `()`, `[]` or `<>`. */
  | { readonly kind: 'tuple'; readonly brackets: string; readonly items: readonly Answer[] }
  /** A union of intervals of real numbers. */
  | { readonly kind: 'region'; readonly intervals: readonly Interval[] }
  | { readonly kind: 'matrix'; readonly rows: readonly (readonly Expression[])[] }
  /** `left` related to `right`; `less` and `lessEqual` are written this way round. */
  | { readonly kind: 'relation'; readonly relation: Relation; readonly left: Answer; readonly right: Answer };

export type RelationAnswer = Extract<Answer, { kind: 'relation' }>;
export type ValueAnswer = Extract<Answer, { kind: 'value' }>;
