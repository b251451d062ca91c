import type { Random } from '@rsim/core';
import { listed, people } from '../wording.js';

/** Which kind of question it is, and its numbers in the order in which the question names them. */
export interface CountingData {
  readonly kind: string;
  readonly numbers: readonly number[];
  /** Letters or digits that are arranged, where it is that kind. */
  readonly letters?: string;
}

export interface Counted {
  readonly question: string;
  readonly data: CountingData;
  readonly count: number;
}

type Kind = (random: Random, largest: number) => Counted;

export const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
export const choose = (n: number, k: number): number =>
  k < 0 || k > n ? 0 : factorial(n) / factorial(k) / factorial(n - k);

const outfits: Kind = (random) => {
  const numbers = [random.integer(2, 12), random.integer(2, 12), random.integer(2, 9)];
  const [first, second, third] = numbers as [number, number, number];
  const name = random.pick(people);
  const question = random.pick([
    `${name} has ${first} shirts, ${second} pairs of trousers and ${third} hats. How many outfits of one shirt, one pair of trousers and one hat are there?`,
    `A menu has ${first} starters, ${second} main courses and ${third} desserts. How many different three-course meals can ${name} order?`,
    `${first} roads lead from Ardon to Bell, ${second} from Bell to Corin, and ${third} from Corin to Dale. In how many ways can ${name} drive from Ardon to Dale through Bell and Corin?`,
  ]);
  return { question, data: { kind: 'product', numbers }, count: first * second * third };
};

const codes: Kind = (random) => {
  const [letters, digits, symbols] = [random.integer(1, 3), random.integer(1, 3), random.integer(2, 9)];
  const question = `A code is made of ${plural(letters, 'letter')} from the first ${symbols} of the alphabet, followed by ${plural(digits, 'digit')} from 0 to 9; all may repeat. How many codes are there?`;
  return {
    question,
    data: { kind: 'codes', numbers: [letters, symbols, digits] },
    count: symbols ** letters * 10 ** digits,
  };
};

const arrangements: Kind = (random, largest) => {
  const things = random.integer(4, largest);
  const places = random.integer(2, Math.min(things, 6));
  const name = random.pick(people);
  const question = random.pick([
    `${name} has ${things} different books and puts ${places} of them side by side on a shelf. How many different rows are possible?`,
    `${things} runners are in a race. In how many ways can the first ${places} places be taken, if no two arrive together?`,
    `How many numbers of ${places} different symbols can be written, if there are ${things} symbols and the order counts?`,
  ]);
  return {
    question,
    data: { kind: 'arrangements', numbers: [things, places] },
    count: factorial(things) / factorial(things - places),
  };
};

const choices: Kind = (random, largest) => {
  const things = random.integer(5, largest + 4);
  const taken = random.integer(2, Math.min(6, things - 2));
  const name = random.pick(people);
  const question = random.pick([
    `In how many ways can ${name} choose ${taken} of ${things} different sweets?`,
    `A class of ${things} sends ${taken} pupils to a contest. How many different teams are possible?`,
    `How many ${taken}-element subsets does a set of ${things} elements have?`,
  ]);
  return { question, data: { kind: 'choices', numbers: [things, taken] }, count: choose(things, taken) };
};

const committees: Kind = (random, largest) => {
  const [women, men] = [random.integer(4, largest), random.integer(4, largest)];
  const [ofWomen, ofMen] = [random.integer(1, 3), random.integer(1, 3)];
  const question = `A club has ${women} women and ${men} men. In how many ways can it form a committee of ${plural(ofWomen, 'woman', 'women')} and ${plural(ofMen, 'man', 'men')}?`;
  return {
    question,
    data: { kind: 'committees', numbers: [women, men, ofWomen, ofMen] },
    count: choose(women, ofWomen) * choose(men, ofMen),
  };
};

const words: Kind = (random) => {
  const counts = Array.from({ length: random.integer(3, 4) }, () => random.integer(1, 3));
  const alphabet = random.sample([...'ABCDEFGHIKLMNOPRSTUVWXYZ'], counts.length);
  const letters = random
    .shuffle(counts.flatMap((times, index) => Array<string>(times).fill(alphabet[index]!)))
    .join('');
  const question = random.pick([
    `How many different strings can be made by rearranging all the letters of ${letters}, the given order included?`,
    `Tiles show the letters ${listed([...letters])}. How many different words, meaningful or not, can be laid with all of them?`,
  ]);
  const count = counts.reduce((rest, times) => rest / factorial(times), factorial(letters.length));
  return { question, data: { kind: 'words', numbers: [], letters }, count };
};

const together: Kind = (random, largest) => {
  const guests = random.integer(4, largest);
  const [one, other] = random.sample(people, 2) as [string, string];
  const apart = random.next() < 0.5;
  const beside = 2 * factorial(guests - 1);
  const question = `${guests} people, among them ${one} and ${other}, sit down in a row of ${guests} chairs. In how many ways can they sit so that ${one} and ${other} ${apart ? 'do not sit' : 'sit'} next to each other?`;
  return {
    question,
    data: { kind: apart ? 'apart' : 'together', numbers: [guests] },
    count: apart ? factorial(guests) - beside : beside,
  };
};

const atLeast: Kind = (random, largest) => {
  const [women, men, size] = [random.integer(3, largest), random.integer(3, largest), random.integer(3, 5)];
  const least = random.integer(1, Math.min(size - 1, women));
  let count = 0;
  for (let taken = least; taken <= size; taken += 1) count += choose(women, taken) * choose(men, size - taken);
  const question = `From ${women} women and ${men} men a group of ${size} is drawn up that has at least ${plural(least, 'woman', 'women')}. How many such groups are there?`;
  return { question, data: { kind: 'at-least', numbers: [women, men, size, least] }, count };
};

const paths: Kind = (random, largest) => {
  const [east, north] = [random.integer(3, largest - 1), random.integer(3, largest - 1)];
  const [x, y] = [random.integer(1, east - 1), random.integer(1, north - 1)];
  const through = choose(x + y, x) * choose(east - x + north - y, east - x);
  const question = `Streets form a grid. ${random.pick(people)} walks from the corner (0, 0) to the corner (${east}, ${north}), always one block east or one block north. The crossing (${x}, ${y}) is closed. How many different walks are left?`;
  return {
    question,
    data: { kind: 'paths', numbers: [east, north, x, y] },
    count: choose(east + north, east) - through,
  };
};

const divisible: Kind = (random) => {
  const limit = random.integer(50, 900);
  const divisors = random.sample([2, 3, 5, 7, 11, 13], 3).sort((left, right) => left - right);
  const [a, b, c] = divisors as [number, number, number];
  const multiples = (of: number): number => Math.floor(limit / of);
  const excluded =
    multiples(a) +
    multiples(b) +
    multiples(c) -
    multiples(a * b) -
    multiples(a * c) -
    multiples(b * c) +
    multiples(a * b * c);
  const question = `How many of the whole numbers from 1 to ${limit} are divisible by none of ${listed(divisors.map(String))}?`;
  return { question, data: { kind: 'divisible', numbers: [limit, a, b, c] }, count: limit - excluded };
};

/** Kinds of question by level, from 1. */
export const kindsByLevel: readonly (readonly Kind[])[] = [
  [outfits, codes],
  [arrangements, choices],
  [committees, words],
  [together, atLeast],
  [paths, divisible],
];

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
