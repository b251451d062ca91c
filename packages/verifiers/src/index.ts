/** How answers are graded: mathematics, choices, numbers, spans and programs. */
export * from './code/index.js';
