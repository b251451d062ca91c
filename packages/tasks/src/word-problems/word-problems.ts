import { programSuite } from '../program-suite.js';
import { writeWordProblem } from './write.js';

export const wordProblems = (levels: readonly number[] = [2, 3, 4, 5]) =>
  programSuite({
    name: 'word-problems',
    title: 'Arithmetic word problems',
    domain: 'mathematics',
    levels,
    budget: { steps: 14, tokens: 150, answerTokens: 10 },
    write: writeWordProblem,
  });
