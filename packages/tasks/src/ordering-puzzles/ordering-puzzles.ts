import type { Random } from '@rsim/core';
import { z } from 'zod';
import { defineSuite } from '../define-suite.js';
import type { Draft } from '../procedural-suite.js';
import { wordSequence } from '../word-forms.js';
import { sentence } from '../wording.js';
import { fits, type Clue, type Orders } from './clue.js';
import { scenes, type Scene } from './scenes.js';

/** The names, and what is said of their order. */
export interface OrderingData {
  readonly names: readonly string[];
  readonly clues: readonly Clue[];
}

const options = z.strictObject({
  direct: z.boolean().default(true).describe('Whether a clue may name a place outright ("Anna was third").'),
});

const form = wordSequence('all of them in that order, with commas between them', 'Ann, Bob, Cid');

export const orderingPuzzles = defineSuite({
  name: 'ordering-puzzles',
  title: 'Ordering puzzles',
  domain: 'logic',
  description: 'One order follows from clues about who is before whom (logic).',
  levelMeaning: 'the number of things to be ordered less two, so that the cases grow from 6 to 5040',
  levels: [1, 2, 3, 4, 5],
  budget: { steps: 16, tokens: 1200, answerTokens: 64 },
  options,
  form: () => form,
  write: (level, random, { direct }) => writeOrdering(level + 2, direct, random),
});

function writeOrdering(count: number, direct: boolean, random: Random): Draft<OrderingData> | null {
  const scene = random.pick(scenes);
  const names = random.sample(scene.names, count);
  // The names are in their true order: the place of name i is i.
  const clues = tightClues(otherOrders(count), candidates(count, direct, random));
  if (clues === null) return null;
  const data = { names, clues };
  return { question: tell(data, scene, random), answer: names.join(', '), data };
}

/** Clues that leave no order of `possible`, each of which is needed; `null` where all together leave some. */
function tightClues(possible: Orders, candidates: readonly Clue[]): Clue[] | null {
  let left = possible;
  const chosen: Clue[] = [];
  for (const clue of candidates) {
    const fitting = left.filter((order) => fits(clue, order));
    if (fitting.length === left.length) continue;
    chosen.push(clue);
    left = fitting;
    if (left.length === 0) break;
  }
  if (left.length > 0) return null;
  for (const clue of [...chosen]) {
    const others = chosen.filter((other) => other !== clue);
    if (!possible.some((order) => others.every((other) => fits(other, order)))) chosen.splice(chosen.indexOf(clue), 1);
  }
  return chosen;
}

/** True clues in random order: all that compare two of them, and two of those that give much away. */
function candidates(count: number, direct: boolean, random: Random): Clue[] {
  const clues: Clue[] = [];
  const telling: Clue[] = [];
  const last = count - 1;
  for (let one = 0; one < count; one += 1) {
    if (direct) telling.push({ kind: 'place', one, place: one });
    for (const place of [0, last]) if (one !== place) clues.push({ kind: 'not-place', one, place });
    for (let other = one + 1; other < count; other += 1) {
      const between = other - one - 1;
      clues.push({ kind: 'before', one, other });
      if (between === 0) telling.push({ kind: 'next', one, other });
      else clues.push({ kind: 'between', one, other, count: between }, { kind: 'not-adjacent', one, other });
    }
  }
  return random.shuffle([...clues, ...random.sample(telling, Math.min(2, telling.length))]);
}

const known = new Map<number, Orders>();

/** All orders of `count` things but the one in which each has its own number as its place. */
export function otherOrders(count: number): Orders {
  const before = known.get(count);
  if (before !== undefined) return before;
  let orders: number[][] = [[]];
  for (let size = 0; size < count; size += 1) {
    orders = orders.flatMap((order) =>
      Array.from({ length: size + 1 }, (_, place) => [...order.map((each) => each + Number(each >= place)), place]),
    );
  }
  const others = orders.filter((order) => order.some((place, index) => place !== index));
  known.set(count, others);
  return others;
}

function tell({ names, clues }: OrderingData, scene: Scene, random: Random): string {
  const told = [...names].sort();
  const said = clues.map((clue) => `${sentence(scene.clue(clue, names, random))}.`);
  return [scene.opening(told), ...said, scene.question].join(' ');
}
