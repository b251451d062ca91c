import type { Random } from '@rsim/core';
import { z } from 'zod';
import { defineSuite } from '../define-suite.js';
import { amount, percentage } from '../number-forms.js';
import type { Draft } from '../procedural-suite.js';
import { Rational } from '../rational.js';
import { roundedExactly } from '../rounding.js';
import { dollars, sentence } from '../wording.js';

export interface PercentageData {
  readonly ask: 'final' | 'start' | 'overall';
  /** In whole dollars; the price before all changes. */
  readonly start: number;
  /** Changes in per cent, one after the other. */
  readonly changes: readonly number[];
}

const options = z.strictObject({
  ask: z
    .array(z.enum(['final', 'start', 'overall']))
    .min(1)
    .default(['final', 'start', 'overall'])
    .describe('What may be asked: the final amount, the first one from the last, the change as a whole.'),
  halves: z.boolean().default(false).describe('Whether percentages may have a half (7.5%).'),
});

const things = [
  { name: 'the price of a bicycle', low: 200, high: 2500 },
  { name: 'the monthly rent of a flat', low: 400, high: 3000 },
  { name: 'the value of a fund share', low: 20, high: 900 },
  { name: 'the annual budget of a club', low: 1000, high: 20_000 },
  { name: 'the price of a laptop', low: 400, high: 3000 },
  { name: 'the balance of a savings plan', low: 500, high: 20_000 },
] as const;

export const percentageChains = defineSuite<typeof options, PercentageData>({
  name: 'percentage-chains',
  title: 'Percentage chains',
  domain: 'finance',
  description: 'Rises and falls by percentages, one after the other (finance).',
  levelMeaning: 'the number of changes',
  levels: [1, 2, 3, 4, 5],
  budget: { steps: 14, tokens: 900, answerTokens: 40 },
  options,
  form: ({ ask }) => (ask === 'overall' ? percentage : amount),
  write: (level, random, { ask, halves }) => writeChain(level, random.pick(ask), halves, random),
});

function writeChain(
  level: number,
  ask: PercentageData['ask'],
  halves: boolean,
  random: Random,
): Draft<PercentageData> | null {
  const thing = random.pick(things);
  const changes = Array.from({ length: level }, () => {
    const size = random.integer(1, 40) + (halves && random.next() < 0.5 ? 0.5 : 0);
    return random.next() < 0.5 ? size : -size;
  });
  const start = random.integer(thing.low, thing.high);
  const end = Rational.of(start).times(growthOf(changes));
  const data = { ask, start, changes };
  const told = tellChanges(changes, random);
  const name = thing.name;
  if (ask === 'start') {
    // Only a last amount that is a whole number of cents has one first amount.
    if (!end.times(Rational.of(100)).isInteger) return null;
    const last = dollars(Number(end.times(Rational.of(100)).numerator));
    const question = `${sentence(name)} ${told}. After that it stands at ${last}. ${random.pick(['What was it at first?', 'Where did it start?'])}`;
    return { question, answer: `$${Rational.of(start).toFixed(2)}`, data };
  }
  if (ask === 'overall') {
    const change = growthOf(changes).minus(Rational.of(1)).times(Rational.of(100));
    const rounded = roundedExactly(change, 1);
    const question = `${sentence(name)} ${told}. By how many percent has it changed ${random.pick(['altogether', 'in total'])}? Give a fall as a negative number.`;
    return rounded === null ? null : { question, answer: `${rounded}%`, data };
  }
  const rounded = roundedExactly(end, 2);
  const question = `${sentence(name)} is ${dollars(100 * start)}. It ${told}. ${random.pick(['How much is it then?', 'What does it come to?', 'Where does it end?'])} Round only the final result.`;
  return rounded === null ? null : { question, answer: `$${rounded}`, data };
}

/** What a start is multiplied by; exact. */
export function growthOf(changes: readonly number[]): Rational {
  return changes.reduce((product, change) => product.times(Rational.of(200 + 2 * change, 200)), Rational.of(1));
}

function tellChanges(changes: readonly number[], random: Random): string {
  const rise = ['rises by', 'goes up by', 'increases by'];
  const fall = ['falls by', 'goes down by', 'is cut by', 'drops by'];
  return changes
    .map((change, index) => {
      const words = `${random.pick(change > 0 ? rise : fall)} ${Math.abs(change)}%`;
      return index === 0 ? words : `${random.pick([', then', ', after that it', ' and then'])} ${words}`;
    })
    .join('');
}
