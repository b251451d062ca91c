import { element } from './dom.js';

const key = 'rsim-theme';
const dark = matchMedia('(prefers-color-scheme: dark)');
const listeners: (() => void)[] = [];

/** Light or dark: the reader's choice, else what the system prefers. */
export function applyTheme(): void {
  document.documentElement.dataset['theme'] = chosen() ?? (dark.matches ? 'dark' : 'light');
  for (const listener of listeners) listener();
}

export function onTheme(listener: () => void): void {
  listeners.push(listener);
}

export function toggleTheme(): void {
  const next = document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark';
  try {
    localStorage.setItem(key, next);
  } catch {
    // A page from a file may have no storage: the choice then lasts until it is closed.
  }
  document.documentElement.dataset['theme'] = next;
  for (const listener of listeners) listener();
}

export function themeButton(): HTMLButtonElement {
  const button = element('button', { type: 'button', class: 'icon', click: toggleTheme });
  const name = () => {
    const other = document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark';
    button.setAttribute('aria-label', `Show the page ${other}`);
    button.title = `Show the page ${other} (t)`;
    button.textContent = other === 'dark' ? '☾' : '☀';
  };
  name();
  onTheme(name);
  return button;
}

dark.addEventListener('change', applyTheme);

function chosen(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
