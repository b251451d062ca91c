import type { Random } from '@rsim/core';
import type { Fact } from '@rsim/microworld';

export interface FactNames {
  /** Pairs of names that look alike. */
  readonly twins: readonly (readonly [string, string])[];
  /** Names that look like no other. */
  readonly plain: readonly string[];
}

export interface DrawnFacts {
  readonly facts: readonly Fact[];
  readonly twins: Readonly<Record<string, string>>;
  /** A fact to look up: one of a look-alike pair every other time. */
  pick(random: Random): Fact & { readonly value: number };
}

/** Draws `count` facts with distinct values, among them one look-alike pair (two when there is room, sometimes). */
export function drawFacts(names: FactNames, count: number, low: number, high: number, random: Random): DrawnFacts {
  const pairs = random.sample(names.twins, count >= 5 && random.next() < 0.5 ? 2 : 1);
  const alike = pairs.flat();
  const chosen = random.shuffle([...alike, ...random.sample(names.plain, count - alike.length)]);
  const values = random.sample(range(low, high), count);
  const facts = chosen.map((name, index) => ({ name, value: values[index]! }));
  const twins = Object.fromEntries(
    pairs.flatMap(([left, right]) => [
      [left, right],
      [right, left],
    ]),
  );
  const pick = (source: Random) => {
    const alikeFacts = facts.filter(({ name }) => name in twins);
    const plainFacts = facts.filter(({ name }) => !(name in twins));
    return source.pick(source.next() < 0.5 || plainFacts.length === 0 ? alikeFacts : plainFacts);
  };
  return { facts, twins, pick };
}

function range(low: number, high: number): number[] {
  return Array.from({ length: high - low + 1 }, (_, index) => low + index);
}
