import Table from 'cli-table3';
import type { Results } from './schema.js';
import { sectionsOf, type Section } from './sections.js';

/** No lines at all: three suites and their mean must fit into 100 columns. */
const chars = Object.fromEntries(
  ['top', 'bottom', 'left', 'mid', 'right'].flatMap((place) =>
    [place, `${place}-left`, `${place}-mid`, `${place}-right`].map((name) => [name, '']),
  ),
);

/** The results as a person reads them in a terminal: per follower its accuracies and paired differences. */
export function resultsTable(results: Results): string {
  return sectionsTable(sectionsOf(results));
}

/** The same as Markdown, for a README. */
export function resultsMarkdown(results: Results): string {
  return sectionsMarkdown(sectionsOf(results));
}

export function sectionsTable(sections: readonly Section[]): string {
  return sections.map(sectionTable).join('\n\n');
}

export function sectionsMarkdown(sections: readonly Section[]): string {
  return sections.map(sectionMarkdown).join('\n\n');
}

function sectionMarkdown({ title, names, head, rows }: Section): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = line(head.map((_, index) => (index < names ? '---' : '---:')));
  return [`**${title}**`, '', line(head), rule, ...rows.map(line)].join('\n');
}

/** A section as a person reads it in a terminal. */
function sectionTable({ title, names, head, rows }: Section): string {
  const table = new Table({
    head: [...head],
    chars: { ...chars, middle: ' ' },
    // Colours would end up in files and pipes.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1 },
    colAligns: head.map((_, index) => (index < names ? 'left' : 'right')),
  });
  table.push(...rows.map((row) => [...row]));
  const [header, ...lines] = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  const rule = '─'.repeat(Math.max(...[header ?? '', ...lines].map((line) => line.length)));
  return [title, rule, header, rule, ...lines, rule].join('\n');
}
