import type { Random } from '@rsim/core';
import { operations } from '@rsim/microworld';
import { Chain, fact, literal } from '../chain.js';
import { drawFacts, type DrawnFacts } from '../facts.js';
import type { ProgramDraft } from '../program-suite.js';

const people = {
  twins: [
    ['Tom', 'Tim'],
    ['Ana', 'Anna'],
    ['Lea', 'Lee'],
  ],
  plain: ['Sam', 'Eva', 'Max', 'Ben', 'Kim'],
} as const;
const things = ['apples', 'coins', 'books', 'pens', 'shells', 'cards'] as const;
const heroes = [
  ['Mia', 'she'],
  ['Zoe', 'she'],
  ['Leo', 'he'],
  ['Jon', 'he'],
] as const;
const largest = 99;

interface Story {
  readonly drawn: DrawnFacts;
  readonly chain: Chain;
  readonly pronoun: string;
  readonly sentences: string[];
  value: number;
}

/** What somebody owns after buying, giving away, sharing …; counts of other people are looked up by their names. */
export function writeWordProblem(level: number, random: Random): ProgramDraft | null {
  const drawn = drawFacts(people, random.integer(3, 4), 2, 40, random);
  const [hero, pronoun] = random.pick(heroes);
  const thing = random.pick(things);
  const start = drawn.pick(random);
  const opening = drawn.facts.map(
    ({ name, value }, index) => `${name} has ${String(value)}${index === 0 ? ` ${thing}` : ''}.`,
  );
  const story: Story = {
    drawn,
    chain: new Chain(fact(start.name)),
    pronoun: pronoun === 'she' ? 'She' : 'He',
    sentences: [...opening, `${hero} starts with as many as ${start.name}.`],
    value: start.value,
  };
  for (let tries = 0; story.chain.length < level; tries += 1) {
    if (tries > 60) return null;
    if (random.next() < 0.06) story.sentences.push(distraction(random, story));
    tell(story, level - story.chain.length, random);
  }
  story.sentences.push(`How many ${thing} does ${hero} have?`);
  return {
    question: story.sentences.join(' '),
    program: { facts: drawn.facts, twins: drawn.twins, items: story.chain.items },
  };
}

function distraction(random: Random, story: Story): string {
  const said = ['It rains.', 'The day is long.', `${story.pronoun} is ${random.integer(6, 15)} years old.`];
  const fresh = said.filter((sentence) => !story.sentences.some((told) => told.slice(0, 6) === sentence.slice(0, 6)));
  return fresh.length > 0 ? random.pick(fresh) : 'It is late.';
}

/** Adds one event to the story, if the dice allow it. */
function tell(story: Story, room: number, random: Random): void {
  const { pronoun, value } = story;
  const kind = random.weighted([0.2, 0.2, 0.13, 0.13, 0.14, 0.1, 0.1]);
  if (kind === 0) {
    const count = random.integer(3, 30);
    event(story, 'add', count, `${pronoun} ${random.pick(['buys', 'finds', 'gets'])} ${count} more.`);
  } else if (kind === 1) {
    const other = story.drawn.pick(random);
    event(
      story,
      'add',
      other.value,
      `${pronoun} ${random.pick(['buys', 'gets'])} as many as ${other.name} has.`,
      other.name,
    );
  } else if (kind === 2) {
    const count = random.integer(3, 30);
    event(story, 'subtract', count, `${pronoun} ${random.pick(['loses', 'sells'])} ${count}.`);
  } else if (kind === 3) {
    const other = story.drawn.pick(random);
    event(story, 'subtract', other.value, `${pronoun} sells as many as ${other.name} has.`, other.name);
  } else if (kind === 4) {
    const factor = random.integer(2, 4);
    event(
      story,
      'multiply',
      factor,
      factor === 2 ? `${pronoun} doubles them.` : `Then ${pronoun.toLowerCase()} has ${factor} times as many.`,
    );
  } else if (kind === 5) {
    const parts = random.integer(2, 6);
    if (value % parts === 0) event(story, 'divide', parts, `${pronoun} makes ${parts} equal groups and keeps one.`);
  } else if (room >= 2) {
    buyBoxes(story, random);
  }
}

function event(
  story: Story,
  operation: 'add' | 'subtract' | 'multiply' | 'divide',
  operand: number,
  sentence: string,
  name?: string,
): void {
  const value = operations[operation].apply([story.value, operand]) as number | null;
  if (value === null || value < 2 || value > largest) return;
  story.chain.then(operation, name === undefined ? literal(operand) : fact(name));
  story.sentences.push(sentence);
  story.value = value;
}

function buyBoxes(story: Story, random: Random): void {
  const boxes = random.integer(2, 4);
  const each = random.integer(3, 9);
  const buys = random.next() < 0.6;
  const value = story.value + (buys ? boxes * each : -boxes * each);
  if (value < 2 || value > largest) return;
  const total = story.chain.aside('multiply', literal(each), literal(boxes));
  story.chain.then(buys ? 'add' : 'subtract', total);
  story.sentences.push(`${story.pronoun} ${buys ? 'buys' : 'sells'} ${boxes} boxes of ${each}.`);
  story.value = value;
}
