import { programSuite } from '../program-suite.js';
import { writeTableQuestion } from './write.js';

export const tableQuestions = (levels: readonly number[] = [2, 3, 4, 5]) =>
  programSuite({
    name: 'table-questions',
    title: 'Table questions',
    domain: 'finance',
    levels,
    budget: { steps: 14, tokens: 150, answerTokens: 10 },
    write: writeTableQuestion,
  });
