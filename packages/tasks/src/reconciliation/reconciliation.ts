import type { Random } from '@rsim/core';
import { z } from 'zod';
import { defineSuite } from '../define-suite.js';
import { amount } from '../number-forms.js';
import type { Draft } from '../procedural-suite.js';
import { wordSet } from '../word-forms.js';
import { dollars } from '../wording.js';
import { differingReferences, totalOf, type Entry } from './entry.js';
import { disturb } from './disturb.js';

export interface ReconciliationData {
  readonly ask: 'entries' | 'difference';
  readonly ledger: readonly Entry[];
  readonly statement: readonly Entry[];
}

const options = z.strictObject({
  ask: z
    .array(z.enum(['entries', 'difference']))
    .min(1)
    .default(['entries', 'difference'])
    .describe('What may be asked: which entries differ, or by how much the totals do.'),
  extraEntries: z.int().min(0).max(30).default(0).describe('Entries in addition to those of the level.'),
});

const references = wordSet('the references of these entries with commas between them', 'R104, R117', 'none');

export const reconciliation = defineSuite<typeof options, ReconciliationData>({
  name: 'reconciliation',
  title: 'Reconciliation',
  domain: 'finance',
  description: 'Where a ledger and a bank statement disagree (finance).',
  levelMeaning: 'the number of discrepancies; the number of entries grows with it (6, 8, 10, 12, 14)',
  levels: [1, 2, 3, 4, 5],
  budget: { steps: 16, tokens: 1200, answerTokens: 64 },
  options,
  form: ({ ask }) => (ask === 'entries' ? references : amount),
  write: (level, random, { ask, extraEntries }) =>
    writeReconciliation(level, 2 * level + 4 + extraEntries, random.pick(ask), random),
});

const payees = [
  ...['office rent', 'paper', 'courier', 'train tickets', 'web hosting', 'insurance', 'cleaning', 'electricity'],
  ...['water', 'phone', 'repairs', 'catering', 'software', 'taxi', 'legal advice', 'training', 'advertising', 'toner'],
] as const;
const receipts = ['invoice paid', 'deposit', 'refund', 'card sales', 'membership fees'] as const;

function writeReconciliation(
  discrepancies: number,
  count: number,
  ask: ReconciliationData['ask'],
  random: Random,
): Draft<ReconciliationData> | null {
  const numbers = random.sample(
    Array.from({ length: 90 }, (_, index) => 101 + index),
    count,
  );
  const ledger = numbers.sort((left, right) => left - right).map((number) => drawEntry(`R${number}`, random));
  const statement = disturb(ledger, discrepancies, random);
  const differing = differingReferences(ledger, statement);
  if (differing.length !== discrepancies) return null;
  const data = { ask, ledger, statement };
  if (ask === 'entries') return { question: tell(data, random), answer: differing.join(', '), data };
  const difference = totalOf(ledger) - totalOf(statement);
  if (difference === 0) return null;
  const size = Math.abs(difference);
  return {
    question: tell(data, random),
    answer: `$${Math.floor(size / 100)}.${String(size % 100).padStart(2, '0')}`,
    data,
  };
}

function drawEntry(reference: string, random: Random): Entry {
  const isReceipt = random.next() < 0.35;
  const cents = random.integer(5, 999) * 100 + (random.next() < 0.6 ? random.integer(1, 99) : 0);
  return { reference, text: random.pick(isReceipt ? receipts : payees), cents: isReceipt ? cents : -cents };
}

function tell({ ask, ledger, statement }: ReconciliationData, random: Random): string {
  const opening = random.pick([
    "A book-keeper compares the firm's ledger with the bank statement.",
    'At the end of the month the cash book has to agree with the account.',
    'An auditor checks the ledger against what the bank has booked.',
  ]);
  const asked =
    ask === 'entries'
      ? random.pick([
          'Which entries differ, be it that the amounts are not the same or that one side lacks the entry?',
          'List every entry that is missing on one side or has another amount there.',
        ])
      : 'Add up each side (payments are negative). By how much do the two totals differ, as a positive amount?';
  const bank = random.shuffle(statement);
  return `${opening}\n\nLedger:\n${lines(ledger)}\n\nBank statement:\n${lines(bank)}\n\n${asked}`;
}

const lines = (entries: readonly Entry[]): string =>
  entries.map(({ reference, text, cents }) => `${reference}  ${text}  ${dollars(cents)}`).join('\n');
