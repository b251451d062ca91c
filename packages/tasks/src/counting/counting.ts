import { z } from 'zod';
import { defineSuite } from '../define-suite.js';
import { wholeNumber } from '../number-forms.js';
import { kindsByLevel, type CountingData } from './kinds.js';

const options = z.strictObject({
  largest: z.int().min(6).max(20).default(10).describe('Largest number of things that are arranged or chosen from.'),
});

export const counting = defineSuite<typeof options, CountingData>({
  name: 'counting',
  title: 'Counting',
  domain: 'mathematics',
  description: 'How many ways there are: products, arrangements, choices, exclusions (mathematics).',
  levelMeaning:
    'the number of rules to be combined: 1 a product, 2 one arrangement or choice, 3 two of them, 4 with a condition, ' +
    '5 with an exclusion that has to be counted itself',
  levels: [1, 2, 3, 4, 5],
  budget: { steps: 14, tokens: 900, answerTokens: 32 },
  options,
  form: () => wholeNumber,
  write: (level, random, { largest }) => {
    const { question, data, count } = random.pick(kindsByLevel[level - 1]!)(random, largest);
    return count > 0 && count <= 1e9 ? { question, answer: String(count), data } : null;
  },
});
