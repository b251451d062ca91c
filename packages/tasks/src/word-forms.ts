import type { AnswerForm } from './answer-form.js';

const separators = /\s*(?:,|;|->|→|>|\band\b)\s*/i;

/** The words between separators in lower case, or `null` when one of them is no word. */
function readWords(written: string): string[] | null {
  const words = written
    .trim()
    .toLowerCase()
    .split(separators)
    .filter((word) => word !== '');
  return words.length > 0 && words.every((word) => /^[\p{L}\d]+$/u.test(word)) ? words : null;
}

const otherOrders = (words: readonly string[]): string[] => [
  [...words].reverse().join(', '),
  [...words.slice(1), ...words.slice(0, 1)].join(', '),
  words.slice(0, -1).join(', '),
];

/** Names in their order. */
export function wordSequence(wanted: string, example: string): AnswerForm {
  return {
    wanted,
    example,
    read: (written) => readWords(written)?.join(', ') ?? null,
    nearMisses: (answer) => [...otherOrders(answer.split(', ')), `${answer}, nemo`, 'nemo'],
  };
}

/** Names in any order, or the word that stands for none of them. */
export function wordSet(wanted: string, example: string, none: string): AnswerForm {
  return {
    wanted: `${wanted}, or "${none}"`,
    example,
    read: (written) => {
      const words = readWords(written);
      return words === null ? null : [...new Set(words)].sort().join(', ');
    },
    nearMisses: (answer) => [
      answer === none ? 'nemo' : none,
      `${answer}, nemo`,
      answer.split(', ').slice(1).join(', ') || 'nemo',
    ],
  };
}

/** A piece of text without spaces; quotation marks around it are ignored. */
export function characters(wanted: string, example: string): AnswerForm {
  return {
    wanted,
    example,
    read: (written) => {
      const text = written
        .replace(/["'“”‘’]/g, '')
        .trim()
        .toLowerCase();
      return /^\S{1,200}$/u.test(text) ? text : null;
    },
    nearMisses: (answer) => [`${answer}${answer[0] ?? 'x'}`, [...answer].reverse().join(''), answer.slice(1) || 'xx'],
  };
}

/** A square of digits, row by row. */
export function digitGrid(): AnswerForm {
  return {
    wanted: 'the rows of the finished grid, with slashes between them',
    example: '123 / 231 / 312',
    read: (written) => {
      const rows = written
        .trim()
        .split(/\s*[/|;]\s*/)
        .filter((row) => row !== '')
        .map((row) => row.replace(/[\s,]/g, ''));
      return rows.length > 0 && rows.every((row) => /^\d+$/.test(row)) ? rows.join('/') : null;
    },
    nearMisses: (answer) => {
      const rows = answer.split(' / ');
      return [
        [...rows].reverse().join(' / '),
        [...rows.slice(1), rows[0]].join(' / '),
        rows.slice(0, -1).join(' / '),
        rows.map((row) => [...row].reverse().join('')).join(' / '),
      ];
    },
  };
}
