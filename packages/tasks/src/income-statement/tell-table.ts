import type { Random } from '@rsim/core';

const firms = [
  'Alder Tools',
  'Birch & Sons',
  'Cobalt Foods',
  'Delta Print',
  'Elm Logistics',
  'Fjord Textiles',
] as const;

/** A table with one column for each year, as Markdown; the lines in their order, the first being the heading. */
export function tellTable(columns: readonly ReadonlyMap<string, number>[], random: Random): string {
  const names = [...columns[0]!.keys()];
  const rows = names.map((name, index) => {
    const values = columns.map((column) => shown(column.get(name)!, index === 0));
    return `| ${[index === 0 ? 'Thousands of dollars' : name, ...values].join(' | ')} |`;
  });
  const rule = `|${' --- |'.repeat(columns.length + 1)}`;
  const opening = random.pick([
    `From the income statements of ${random.pick(firms)}:`,
    `${random.pick(firms)} reports these figures:`,
    `The table shows what ${random.pick(firms)} earned and spent.`,
  ]);
  return [opening, '', rows[0], rule, ...rows.slice(1)].join('\n');
}

const shown = (value: number, isYear: boolean): string => (isYear ? String(value) : value.toLocaleString('en-US'));
