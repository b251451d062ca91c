import { ProceduralSuite } from '../procedural-suite.js';
import { writeTableQuestion } from './write.js';

export const tableQuestions = () =>
  new ProceduralSuite({
    name: 'table-questions',
    title: 'Table questions',
    domain: 'finance',
    levels: [2, 3, 4, 5],
    budget: { steps: 14, tokens: 150, answerTokens: 10 },
    write: writeTableQuestion,
  });
