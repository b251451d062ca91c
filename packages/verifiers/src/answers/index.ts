export { choiceLetter, verifyChoice } from './choice.js';
export { readQuantity, verifyNumber, type NumberTolerance, type Quantity } from './quantity.js';
export { partSeparator, verifyTableText, writeTableText, type TableTextAnswer } from './table-text.js';
export { normalisedWords, wordF1 } from './text-overlap.js';
export { verifyTruth } from './truth.js';
