/** The task suites: three procedural families over mathematics, code and finance. */
export { answerLine, type AnswerFormat } from './dataset/answer-format.js';
export { DatasetSuite, type DatasetOptions } from './dataset/dataset-suite.js';
export { datasetOptions, datasetProvider, openDataset } from './dataset/provider.js';
export type { DatasetEntry, DatasetRecipe } from './dataset/recipe.js';
export { readRows } from './dataset/read-rows.js';
export { badRow, parseRow, type Row } from './dataset/row.js';
export { ProceduralSuite, type ProceduralSuiteOptions } from './procedural-suite.js';
export { codeInstructions } from './code-instructions/code-instructions.js';
export { FunctionWritingSuite } from './function-writing/function-writing.js';
export { humanEval } from './humaneval/humaneval.js';
export { listPrograms } from './list-programs/suite.js';
export { mbpp } from './mbpp/mbpp.js';
export { tableQuestions } from './table-questions/suite.js';
export { wordProblems } from './word-problems/suite.js';
export { suitesPlugin } from './plugin.js';
