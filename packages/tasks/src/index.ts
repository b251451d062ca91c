/** The task suites: procedural families over mathematics, logic, code and finance. */
export { answerLine, type AnswerFormat } from './dataset/answer-format.js';
export { DatasetSuite, type DatasetOptions } from './dataset/dataset-suite.js';
export { datasetOptions, datasetProvider, openDataset } from './dataset/provider.js';
export type { DatasetEntry, DatasetRecipe } from './dataset/recipe.js';
export { readRows } from './dataset/read-rows.js';
export { badRow, parseRow, type Row } from './dataset/row.js';
export { ProceduralSuite, type Draft, type ProceduralSuiteOptions } from './procedural-suite.js';
export { defineSuite, type SuiteDefinition, type SuiteFactory } from './define-suite.js';
export type { AnswerForm } from './answer-form.js';
export { listPrograms } from './list-programs/list-programs.js';
export { tableQuestions } from './table-questions/table-questions.js';
export { wordProblems } from './word-problems/word-problems.js';
export { proceduralSuites } from './procedural-suites.js';
export { codeInstructions } from './code-instructions/code-instructions.js';
export { FunctionWritingSuite } from './function-writing/function-writing.js';
export { humanEval } from './humaneval/humaneval.js';
export { mbpp } from './mbpp/mbpp.js';
export { suitesPlugin } from './plugin.js';
