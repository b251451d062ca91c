/**
 * The microworld: small programs, how each strategy writes a step about them, the corpus the embedded followers learn
 * from, a scripted follower that imitates the grammar, and an oracle that reads the true solution.
 */
export * from './document.js';
export * from './error-rates.js';
export * from './follower-corpus.js';
export * from './follower-recipes.js';
export * from './operation.js';
export * from './program.js';
export * from './solution-draft.js';
export * from './vocabulary.js';
export * from './oracle.js';
export * from './program-index.js';
export * from './scripted-follower.js';
export * from './step-reading.js';
