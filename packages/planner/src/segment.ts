/** One piece of text the network reads at once: a sentence of the question, or a step with its strategy. */
export interface Segment {
  /** Id of the strategy under which the text was written; `null` for the question. */
  readonly strategy: string | null;
  readonly text: string;
}

/** A full stop between digits (3.5) or inside a word does not end a sentence. */
const sentenceEnd = /(?<=[.?])(?=\s|$)|\n/u;

/**
 * The question, sentence by sentence and in order: split after `.` and `?` and at line breaks. Reading it piecewise
 * keeps the order of what it says, which one bag of n-grams would lose. Never empty.
 */
export function questionSegments(question: string): Segment[] {
  const sentences = question
    .split(sentenceEnd)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
  return (sentences.length === 0 ? [''] : sentences).map((text) => ({ strategy: null, text }));
}
