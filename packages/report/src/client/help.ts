import { element } from './dom.js';

const keys: readonly (readonly [string, string])[] = [
  ['Tab', 'to the next thing that can be used'],
  ['/', 'search the episodes'],
  ['n, p', 'next and previous problem'],
  ['1 … 9', 'show or hide that episode of the problem'],
  ['↑ ↓', 'in the list: through the problems; in an episode: through its steps'],
  ['← →', 'in an episode: to the same step of the one beside it'],
  ['Enter', 'on the small bars: all probabilities of that step'],
  ['t', 'light or dark'],
  ['?', 'this help; Esc closes it'],
];

/** The keys that the page knows. */
export function helpDialog(): HTMLDialogElement {
  const dialog = element(
    'dialog',
    { 'aria-labelledby': 'help-title' },
    element('h2', { id: 'help-title' }, 'Keys'),
    element(
      'dl',
      {},
      ...keys.flatMap(([key, what]) => [element('dt', {}, element('kbd', {}, key)), element('dd', {}, what)]),
    ),
    element('button', { type: 'button', click: () => dialog.close() }, 'Close'),
  );
  return dialog;
}

/** Lets the keys act, but for where somebody types. */
export function listenToKeys(actions: Readonly<Record<string, () => void>>): void {
  document.addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest('input, select, textarea, dialog')) return;
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}
