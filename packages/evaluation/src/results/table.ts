import Table from 'cli-table3';
import type { Results } from './schema.js';
import { sectionsOf, type Section } from './sections.js';

/** Lines between columns are left out: three suites and their mean must fit into 100 columns. */
const chars = {
  ...{ top: '─', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '─', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: ' ' },
};

/** The results as a person reads them in a terminal: per follower its accuracies and paired differences. */
export function resultsTable(results: Results): string {
  return sectionsOf(results).map(drawn).join('\n\n');
}

/** The same as Markdown, for a README. */
export function resultsMarkdown(results: Results): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = (head: readonly string[]) => line(head.map((_, index) => (index === 0 ? '---' : '---:')));
  return sectionsOf(results)
    .map(({ title, head, rows }) => [`**${title}**`, '', line(head), rule(head), ...rows.map(line)].join('\n'))
    .join('\n\n');
}

function drawn({ title, head, rows }: Section): string {
  const table = new Table({
    head: [...head],
    chars,
    // Colours would end up in files and pipes.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1 },
    colAligns: head.map((_, index) => (index === 0 ? 'left' : 'right')),
  });
  table.push(...rows.map((row) => [...row]));
  const lines = table.toString().split('\n');
  // The head stands apart from the rows by a line of its own.
  lines.splice(2, 0, lines[0] ?? '');
  return [title, ...lines].join('\n');
}
