import type { Section as Table } from '@rsim/evaluation';
import { element } from '../dom.js';

/** A table of results; differences that are significant are set in bold. */
export function resultTable({ title, names, head, rows }: Table): HTMLElement {
  return element(
    'div',
    { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': title },
    element(
      'table',
      {},
      element('caption', {}, title),
      element('thead', {}, element('tr', {}, ...head.map((name) => element('th', { scope: 'col' }, name)))),
      element(
        'tbody',
        {},
        ...rows.map((row) =>
          element(
            'tr',
            {},
            ...row.map((text, column) => {
              if (column < names) return element('th', { scope: 'row' }, text);
              const [value = '', margin] = text.replace(/^-(?=\d)/, '−').split(' ± ');
              return element(
                'td',
                { class: text.endsWith('*') ? 'significant' : null },
                value,
                margin !== undefined && element('span', { class: 'margin' }, ` ± ${margin}`),
              );
            }),
          ),
        ),
      ),
    ),
  );
}
