/**
 * Where in a text the answer stands. `boxed`: the last `\boxed{}`. `hash`: the line after the last `####`. `phrase`: what
 * follows the last "the answer is". `math`: the last formula between dollars or `\(…\)`. `number`: the last number.
 * `whole`: the text itself, where it is one line and no sentence.
 */
export type AnswerPlace = 'boxed' | 'hash' | 'phrase' | 'math' | 'number' | 'whole';

/** Places in the order in which they are looked at, unless a suite says otherwise. */
export const defaultPlaces: readonly AnswerPlace[] = ['boxed', 'hash', 'phrase', 'math', 'whole', 'number'];

/** Longest text that is read; of a longer one, the end. */
const longestText = 20_000;
/** Longest answer that is taken from a text. */
export const longestAnswer = 2000;

/** The answer that stands at the first of `places` that has one, or `null`. */
export function extractAnswer(text: string, places: readonly AnswerPlace[] = defaultPlaces): string | null {
  const read = text.length > longestText ? text.slice(-longestText) : text;
  for (const place of places) {
    const answer = finders[place](read)?.trim();
    if (answer !== undefined && answer !== '' && answer.length <= longestAnswer) return answer;
  }
  return null;
}

const finders: Readonly<Record<AnswerPlace, (text: string) => string | undefined>> = {
  boxed: lastBoxed,
  hash: (text) => (text.includes('####') ? text.slice(text.lastIndexOf('####') + 4).split('\n')[0] : undefined),
  phrase: lastPhrase,
  math: lastMath,
  number: (text) => text.match(/-?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:\s*\/\s*\d+)?|\.\d+)/g)?.at(-1),
  whole: (text) => (/\n|boxed/.test(text.trim()) || proseWords(text) > mostWords ? undefined : text),
};

/** The content of the last box whose braces are balanced; `\boxed 5` is a box too. */
function lastBoxed(text: string): string | undefined {
  for (const match of [...text.matchAll(/\\(?:boxed|fbox)(?![a-zA-Z])\s*/g)].reverse()) {
    const rest = text.slice(match.index + match[0].length);
    const end = rest.startsWith('{') ? balancedEnd(rest, 1) : -1;
    if (end > 0) return rest.slice(1, end);
    const bare = /^[^\s{}$]+/.exec(rest)?.[0];
    if (!rest.startsWith('{') && bare !== undefined) return bare;
  }
  return undefined;
}

function balancedEnd(text: string, from: number): number {
  let depth = 1;
  for (let index = from; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1;
    else if (text[index] === '{') depth += 1;
    else if (text[index] === '}') depth -= 1;
    if (depth === 0) return index;
  }
  return -1;
}

/** A text of more words than this is a sentence, not an answer. */
const mostWords = 5;

const proseWords = (text: string): number => text.match(/(?<![\\a-zA-Z])[a-zA-Z]{2,}/g)?.length ?? 0;

function lastPhrase(text: string): string | undefined {
  const phrase = /(?:final answer|answer)\s*(?:is|:|=)\s*:?\s*/gi;
  let found: string | undefined;
  for (const match of text.matchAll(phrase)) found = text.slice(match.index + match[0].length).split('\n')[0];
  if (found === undefined) return undefined;
  // A sentence ends at a full stop that no digit follows.
  return found.replace(/\*\*/g, '').split(/\.(?=\s|$)/)[0];
}

function lastMath(text: string): string | undefined {
  let found: string | undefined;
  for (const match of text.matchAll(/\$\$([^$]+)\$\$|(?<!\\)\$([^$]+)(?<!\\)\$|\\\((.+?)\\\)|\\\[([\s\S]+?)\\\]/g)) {
    found = match[1] ?? match[2] ?? match[3] ?? match[4];
  }
  return found;
}
