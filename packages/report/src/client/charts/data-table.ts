import { element } from '../dom.js';
import { number } from '../numbers.js';

export interface Table {
  readonly head: readonly string[];
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** Most rows shown: a table of thousands would be slower than the page. */
const mostRows = 500;

export function dataTable({ head, rows }: Table): HTMLTableElement {
  const shown = rows.slice(0, mostRows);
  const cell = (value: string | number | null) => (typeof value === 'string' ? value : number(value));
  return element(
    'table',
    {},
    rows.length > mostRows && element('caption', {}, `The first ${mostRows} of ${rows.length} rows.`),
    element('thead', {}, element('tr', {}, ...head.map((name) => element('th', { scope: 'col' }, name)))),
    element(
      'tbody',
      {},
      ...shown.map(([name = '', ...values]) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, cell(name)),
          ...values.map((value) => element('td', {}, cell(value))),
        ),
      ),
    ),
  );
}
