import type { Random } from '@rsim/core';
import { operations } from '@rsim/microworld';
import { Chain, fact, literal } from '../chain.js';
import { drawFacts } from '../facts.js';
import type { ProgramDraft } from '../program-suite.js';

const rows = {
  twins: [
    ['tax', 'taxi'],
    ['food', 'feed'],
    ['fees', 'feet'],
  ],
  plain: ['rent', 'travel', 'gas', 'wages', 'loans'],
} as const;
const largest = 99;

/** A small table of amounts and a chain of book-keeping on its rows: look-ups, sums, differences, multiples and percentages. */
export function writeTableQuestion(level: number, random: Random): ProgramDraft | null {
  const drawn = drawFacts(rows, random.integer(3, 5), 2, 40, random);
  const start = drawn.pick(random);
  const table = drawn.facts.map(({ name, value }) => `${name} ${String(value)}`).join(', ');
  const sentences = [`Table: ${table}.`, `Start with ${start.name}.`];
  const chain = new Chain(fact(start.name));
  let value = start.value;
  const apply = (operation: 'add' | 'subtract' | 'multiply', operand: number, sentence: string, name?: string) => {
    const changed = operations[operation].apply([value, operand]) as number | null;
    if (changed === null || changed < 2 || changed > largest || (name === start.name && chain.length === 0)) return;
    chain.then(operation, name === undefined ? literal(operand) : fact(name));
    sentences.push(sentence);
    value = changed;
  };
  for (let tries = 0; chain.length < level; tries += 1) {
    if (tries > 60) return null;
    const kind = random.weighted([0.3, 0.2, 0.12, 0.08, 0.2, level - chain.length >= 2 ? 0.14 : 0]);
    const row = drawn.pick(random);
    const amount = random.integer(2, 19);
    if (kind === 0) apply('add', row.value, `Add ${row.name}.`, row.name);
    else if (kind === 1) apply('subtract', row.value, `Subtract ${row.name}.`, row.name);
    else if (kind === 2) apply('add', amount, `Add ${amount}.`);
    else if (kind === 3) apply('subtract', amount, `Subtract ${amount}.`);
    else if (kind === 4) {
      const factor = random.integer(2, 4);
      apply('multiply', factor, factor === 2 ? 'Double it.' : `Multiply by ${factor}.`);
    } else {
      const changed = changeByPercent(chain, sentences, value, random);
      if (changed !== null) value = changed;
    }
  }
  sentences.push('How much is it?');
  return { question: sentences.join(' '), program: { facts: drawn.facts, twins: drawn.twins, items: chain.items } };
}

/** Two items: the share, then the sum or difference. Only shares that come out even. */
function changeByPercent(chain: Chain, sentences: string[], value: number, random: Random): number | null {
  const percent = random.pick([10, 20, 25, 50]);
  const rises = random.next() < 0.5;
  const share = (value * percent) / 100;
  const changed = rises ? value + share : value - share;
  if (!Number.isInteger(share) || changed < 2 || changed > largest) return null;
  const part = chain.aside('percent', chain.subject, literal(percent));
  chain.then(rises ? 'add' : 'subtract', part);
  sentences.push(`It ${rises ? 'rises' : 'falls'} by ${percent} percent.`);
  return changed;
}
