import { expect } from 'vitest';
import { describeSuite } from '../testing/describe-suite.js';
import { reconciliation } from './reconciliation.js';

describeSuite(reconciliation.suite(), {
  keys: ['b7641e69138e2dfa', 'd2b29f0112104e1c', 'f24efa2d4812f3a7', 'bcaa5af3161e961f', 'ecfb5c2a867dc13f'],
  // Entry by entry, as the book-keeper would.
  check: ({ data: { ask, ledger, statement }, answer, level }) => {
    const inLedger = (reference: string) => ledger.find((entry) => entry.reference === reference)?.cents;
    const inStatement = (reference: string) => statement.find((entry) => entry.reference === reference)?.cents;
    const references = [...new Set([...ledger, ...statement].map(({ reference }) => reference))].sort();
    const differing = references.filter((reference) => inLedger(reference) !== inStatement(reference));
    expect(differing).toHaveLength(level);
    const difference = differing.reduce((sum, each) => sum + (inLedger(each) ?? 0) - (inStatement(each) ?? 0), 0);
    expect(answer).toBe(ask === 'entries' ? differing.join(', ') : `$${(Math.abs(difference) / 100).toFixed(2)}`);
  },
});
