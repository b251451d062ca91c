import { programSuite } from '../program-suite.js';
import { writeListProgram } from './write.js';

export const listPrograms = (levels: readonly number[] = [2, 3, 4, 5]) =>
  programSuite({
    name: 'list-programs',
    title: 'List programs',
    domain: 'code',
    levels,
    budget: { steps: 14, tokens: 200, answerTokens: 16 },
    write: writeListProgram,
  });
