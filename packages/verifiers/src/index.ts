/** How answers are graded: mathematics, choices, numbers, spans and programs. */
export * from './code/index.js';
export * from './answers/index.js';
export { gradeMath, mathEquivalent, type MathTask } from './math/grade-math.js';
export { defaultPlaces, extractAnswer, type AnswerPlace } from './math/extract-answer.js';
export { WorkLimit } from './math/expression.js';
