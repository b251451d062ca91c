import { ProceduralSuite } from '../procedural-suite.js';
import { writeWordProblem } from './write.js';

export const wordProblems = () =>
  new ProceduralSuite({
    name: 'word-problems',
    title: 'Arithmetic word problems',
    domain: 'mathematics',
    levels: [2, 3, 4, 5],
    budget: { steps: 14, tokens: 150, answerTokens: 10 },
    write: writeWordProblem,
  });
