import type { Random } from '@rsim/core';
import { listed, ordinal, people } from '../wording.js';
import type { Clue } from './clue.js';

/** A story in which things have an order, and how its clues are put into words. */
export interface Scene {
  readonly names: readonly string[];
  opening(names: readonly string[]): string;
  readonly question: string;
  clue(clue: Clue, names: readonly string[], random: Random): string;
}

/** The words of one scene for each kind of clue, as alternatives. */
interface Phrases {
  readonly before: readonly [string, string];
  readonly next: string;
  readonly place: string;
  readonly notPlace: string;
  /** How the first place and the last are called, and what follows the ordinal of another. */
  readonly first: string;
  readonly last: string;
  readonly from: string;
  readonly between: string;
  readonly adjacent: string;
}

function scene(names: readonly string[], opening: (list: string) => string, question: string, phrases: Phrases): Scene {
  return {
    names,
    question,
    opening: (told) => opening(listed(told)),
    clue: (clue, of, random) => {
      const [one, other] = [of[clue.one]!, 'other' in clue ? of[clue.other]! : ''];
      const fill = (pattern: string, count = '') =>
        pattern.replace('{one}', one).replace('{other}', other).replace('{count}', count);
      switch (clue.kind) {
        case 'before':
          return fill(random.pick(phrases.before));
        case 'next':
          return fill(phrases.next);
        case 'not-adjacent':
          return fill(phrases.adjacent);
        case 'between':
          return fill(phrases.between, clue.count === 1 ? 'exactly one' : `exactly ${clue.count}`);
        default: {
          const isLast = clue.place === of.length - 1;
          const others = `${ordinal(clue.place + 1)}${phrases.from}`;
          const place = clue.place === 0 ? phrases.first : isLast ? phrases.last : others;
          return fill(clue.kind === 'place' ? phrases.place : phrases.notPlace, place);
        }
      }
    },
  };
}

const books = ['Algebra', 'Botany', 'Chemistry', 'Drawing', 'Ethics', 'French', 'Geology', 'History', 'Italian', 'Law'];
const colours = ['red', 'blue', 'green', 'yellow', 'black', 'white', 'orange', 'purple', 'brown', 'grey'];

export const scenes: readonly Scene[] = [
  scene(
    people,
    (list) => `${list} ran a race; no two of them arrived together.`,
    'In which order did they arrive, from first to last?',
    {
      before: ['{one} arrived before {other}', '{other} arrived later than {one}'],
      next: '{other} arrived immediately after {one}',
      place: '{one} came {count}',
      notPlace: '{one} did not come {count}',
      ...{ first: 'first', last: 'last', from: '' },
      between: '{one} was ahead of {other}, with {count} of the others between them',
      adjacent: '{one} and {other} did not arrive one directly after the other',
    },
  ),
  scene(people, (list) => `${list} stand in one queue.`, 'Who stands where, from the front of the queue to its end?', {
    before: ['{one} is somewhere in front of {other}', '{other} is somewhere behind {one}'],
    next: '{other} is directly behind {one}',
    place: '{one} is {count} in the queue',
    notPlace: '{one} is not {count} in the queue',
    ...{ first: 'first', last: 'last', from: '' },
    between: '{one} is in front of {other}, with {count} of the others between them',
    adjacent: '{one} and {other} are not next to each other',
  }),
  scene(books, (list) => `A shelf holds these books side by side: ${list}.`, 'How do they stand, from left to right?', {
    before: ['{one} stands somewhere to the left of {other}', '{other} stands somewhere to the right of {one}'],
    next: '{other} stands immediately to the right of {one}',
    place: '{one} is {count}',
    notPlace: '{one} is not {count}',
    ...{ first: 'at the left end', last: 'at the right end', from: ' from the left' },
    between: '{one} is to the left of {other}, with {count} of the other books between them',
    adjacent: '{one} and {other} are not next to each other',
  }),
  scene(
    colours,
    (list) => `Cubes are stacked into a tower, one of each colour: ${list}.`,
    'What are the colours, from the bottom of the tower to its top?',
    {
      before: [
        'the {one} cube is somewhere below the {other} one',
        'the {other} cube is somewhere above the {one} one',
      ],
      next: 'the {other} cube lies directly on the {one} one',
      place: 'the {one} cube is {count}',
      notPlace: 'the {one} cube is not {count}',
      ...{ first: 'at the bottom', last: 'at the top', from: ' from the bottom' },
      between: 'the {one} cube is below the {other} one, with {count} of the other cubes between them',
      adjacent: 'the {one} cube and the {other} one do not touch',
    },
  ),
];
