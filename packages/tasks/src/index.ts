/** The task suites: three procedural families over mathematics, code and finance. */
export { ProceduralSuite, type ProceduralSuiteOptions } from './procedural-suite.js';
export { listPrograms } from './list-programs/suite.js';
export { tableQuestions } from './table-questions/suite.js';
export { wordProblems } from './word-problems/suite.js';
export { suitesPlugin } from './plugin.js';
