/** What people and models write, and what the parser reads. Applied in this order. */
const replacements: readonly (readonly [RegExp, string])[] = [
  [/\\left\s*\.|\\right\s*\./g, ''],
  [/\\(?:left|right|[bB]ig{1,2}[lr]?|displaystyle|limits)(?![a-zA-Z])/g, ''],
  [/\\[dtc]frac(?![a-zA-Z])/g, '\\frac'],
  [/\\(?:dbinom|tbinom)(?![a-zA-Z])/g, '\\binom'],
  [/\\frac\s+(\w)\s+(\w)(?!\w)/g, '\\frac{$1}{$2}'],
  [/^\\f?boxed\s*\{(.*)\}$/s, '$1'],
  [/(?<=[\w)}])\s+!(?!=)/g, '!'],
  [/\{,\}/g, ','],
  [/\\!/g, ''],
  [/(\d)\\[,;: ](?=\d{3}(?!\d))/g, '$1'],
  [/(?<!\\)\\(?:[,;: ]|quad(?![a-zA-Z])|qquad(?![a-zA-Z]))|~|\u00a0|\u2009|\u202f/g, ' '],
  [/\\(?:mathrm|mathbf|textbf|textit|textrm|mathit|mbox|mathsf|operatorname)(?![a-zA-Z])\s*(?=\{)/g, '\\text'],
  [/−|–|﹣|—/g, '-'],
  [/×/g, '\\times '],
  [/·|∙|⋅/g, '\\cdot '],
  [/÷|\\div(?![a-zA-Z])/g, '/'],
  [/π/g, '\\pi '],
  [/∞/g, '\\infty '],
  [/θ/g, '\\theta '],
  [/≤|\\leqslant(?![a-zA-Z])|<=|\\leq(?![a-zA-Z])/g, '\\le '],
  [/≥|\\geqslant(?![a-zA-Z])|>=|\\geq(?![a-zA-Z])/g, '\\ge '],
  [/≠|!=|\\neq(?![a-zA-Z])/g, '\\ne '],
  [/∪/g, '\\cup '],
  [/∩/g, '\\cap '],
  [/∈/g, '\\in '],
  [/∅|\\varnothing(?![a-zA-Z])/g, '\\emptyset '],
  [/±/g, '\\pm '],
  [/ℝ/g, '\\mathbb{R}'],
  [/√\s*\(([^()]*)\)/g, '\\sqrt{$1}'],
  [/√\s*(\d+(?:\.\d+)?|[a-zA-Z])/g, '\\sqrt{$1}'],
  [/½/g, ' 1/2'],
  [/¼/g, ' 1/4'],
  [/¾/g, ' 3/4'],
  [/°|\\degree(?![a-zA-Z])|\^\s*\\circ(?![a-zA-Z])|\^\s*\{\s*\\circ\s*\}/g, '\\degree '],
  [/\\%|%/g, '\\percent '],
  [/(\d)\s*\\text\{\s*(?:st|nd|rd|th)\s*\}/g, '$1'],
  [/\*\*/g, '^'],
  [/(?<![\\a-zA-Z])(infinity|infty|inf|oo)(?![a-zA-Z])/gi, '\\infty '],
  [/(?<![\\a-zA-Z])pi(?![a-zA-Z])/g, '\\pi '],
  [
    /(?<![\\a-zA-Z])(sin|cos|tan|cot|sec|csc|ln|log|exp|arcsin|arccos|arctan|sinh|cosh|tanh)\s*(?=[({^]|\d|[a-z](?![a-z]))/g,
    '\\$1 ',
  ],
  [/(?<![\\a-zA-Z])(?:asin|acos|atan)(?=\s*\()/g, '\\arc$&'],
  [/\\arca(?=sin|cos|tan)/g, '\\arc'],
  [/\*/g, '\\cdot '],
  [/\^\s*([+-]?\d{2,}(?:\.\d+)?|[+-]\s*[a-zA-Z\d])/g, '^{$1}'],
  [/(?<=[\d)}])\s*(?:\\times|\\cdot|x)\s*10\s*\^/g, ' \\times 10^'],
];

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Text that means "and then the next one": between solutions. */
const conjunctions = /\\text\s*\{\s*(?:or|and|,)\s*\}|(?<![\\a-zA-Z])(?:or|and)(?![a-zA-Z])|;/g;

/** One answer as LaTeX that the parser understands; meaning is kept. */
export function normalise(text: string): string {
  let result = stripDelimiters(text.trim());
  result = result.replace(new RegExp(`[${superscripts}]+`, 'g'), (digits) => {
    return `^{${[...digits].map((digit) => superscripts.indexOf(digit)).join('')}}`;
  });
  for (const [pattern, replacement] of replacements) result = result.replace(pattern, replacement);
  result = result.replace(conjunctions, ',');
  result = withArgument(result, /(?<![\\a-zA-Z])sqrt\s*\(/, '\\sqrt{');
  result = withArgument(result, /\\sqrt\s*\(/, '\\sqrt{');
  result = withArgument(result, /(?<![\\a-zA-Z])(?:cbrt)\s*\(/, '\\sqrt[3]{');
  result = withArgument(result, /(?<![\\a-zA-Z])abs\s*\(/, '\\left|', '\\right|');
  result = withArgument(result, /\^\s*\(/, '^{');
  result = result
    .replace(/\s+/g, ' ')
    .replace(/^(?:[\s,:]|\.(?!\d))+|[\s,.:;]+$/g, '')
    .replace(/^=\s*/, '')
    .trim();
  return withoutThousands(stripDelimiters(result));
}

/** Takes off `$…$`, `\(…\)`, `\[…\]` around the whole text. */
function stripDelimiters(text: string): string {
  const pairs: readonly (readonly [string, string])[] = [
    ['$$', '$$'],
    ['$', '$'],
    ['\\(', '\\)'],
    ['\\[', '\\]'],
  ];
  let result = text.replace(/[.\s]+$/, '');
  for (const [open, close] of pairs) {
    const isAround = result.length >= open.length + close.length && result.startsWith(open) && result.endsWith(close);
    if (isAround && !result.slice(open.length, -close.length).includes(open)) {
      result = result.slice(open.length, -close.length).trim();
    }
  }
  return result;
}

/** Replaces `name(argument)` by `open argument close`, the parentheses balanced. */
function withArgument(text: string, start: RegExp, open: string, close = '}'): string {
  let result = text;
  for (let round = 0; round < 20; round += 1) {
    const match = start.exec(result);
    if (match === null) return result;
    const from = match.index + match[0].length;
    const to = closing(result, from);
    if (to < 0) return result;
    result = `${result.slice(0, match.index)}${open}${result.slice(from, to)}${close}${result.slice(to + 1)}`;
  }
  return result;
}

/** Where the parenthesis that is open before `from` closes, or -1. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let index = from; index < text.length; index += 1) {
    if (text[index] === '(') depth += 1;
    if (text[index] === ')') depth -= 1;
    if (depth === 0) return index;
  }
  return -1;
}

/**
 * Takes the commas out of 1,234,567 where no bracket is open and no space follows: `108, 135, 189` is a list, and so is
 * `{100,200}`.
 */
function withoutThousands(text: string): string {
  let depth = 0;
  let result = '';
  let rest = text;
  while (rest !== '') {
    const match =
      depth === 0 && /[\d.]$/.test(result) === false ? /^\d{1,3}(?:,\d{3})+(?![\d,]|\.\d+,)/.exec(rest) : null;
    if (match !== null) {
      result += match[0].replaceAll(',', '');
      rest = rest.slice(match[0].length);
      continue;
    }
    const character = rest[0] as string;
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character)) depth -= 1;
    result += character;
    rest = rest.slice(1);
  }
  return result;
}
