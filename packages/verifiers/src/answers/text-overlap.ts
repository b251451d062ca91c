/**
 * Text as DROP compares it (Dua et al. 2019, arXiv 1903.00161, and its published evaluation): words split at spaces and
 * hyphens, in lower case, without articles and punctuation, numbers as numbers. The sign of a number stays, which the
 * published code loses with the hyphens.
 */
export function normalisedWords(text: string): string[] {
  return text
    .split(/\s+|(?<=\S)-/)
    .map((word) => {
      const number = numberOf(word);
      return number === null ? word.toLowerCase().replace(punctuation, '') : String(number);
    })
    .filter((word) => word !== '' && !articles.has(word));
}

/** F1 of the words of two texts, as sets; 0 when the gold text has numbers and the other none of them. */
export function wordF1(gold: string, given: string): number {
  const goldWords = new Set(normalisedWords(gold));
  const givenWords = new Set(normalisedWords(given));
  const shared = [...goldWords].filter((word) => givenWords.has(word));
  const goldNumbers = [...goldWords].filter((word) => numberOf(word) !== null);
  if (goldNumbers.length > 0 && !goldNumbers.some((number) => givenWords.has(number))) return 0;
  if (shared.length === 0) return 0;
  const precision = shared.length / givenWords.size;
  const recall = shared.length / goldWords.size;
  return (2 * precision * recall) / (precision + recall);
}

const punctuation = /[!-/:-@[-`{-~]/g;
const articles = new Set(['a', 'an', 'the']);

function numberOf(word: string): number | null {
  const bare = word.replace(/^[$€£¥(]+|[),;:]+$/g, '').replace(/,(?=\d{3})/g, '');
  return /^[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})$/.test(bare) ? Number(bare) : null;
}
