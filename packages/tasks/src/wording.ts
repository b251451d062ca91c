/** First names, none of which is a part of another. */
export const people = [
  ...['Alice', 'Bruno', 'Clara', 'David', 'Elena', 'Felix', 'Grace', 'Hugo', 'Irene', 'Jonas', 'Katya', 'Liam'],
  ...['Maria', 'Nadia', 'Oscar', 'Paula', 'Quinn', 'Rosa', 'Simon', 'Tessa', 'Umar', 'Vera', 'Walter', 'Yusuf'],
] as const;

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[], last = 'and'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** `$1,204.50`; whole dollars without cents. */
export function dollars(cents: number): string {
  const whole = Math.floor(Math.abs(cents) / 100).toLocaleString('en-US');
  const rest = Math.abs(cents) % 100;
  return `${cents < 0 ? '-' : ''}$${whole}${rest === 0 ? '' : `.${String(rest).padStart(2, '0')}`}`;
}

/** The words with a capital letter at the front. */
export function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `first`, `second`, …; beyond ten with figures. */
export function ordinal(count: number): string {
  const words = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];
  return words[count - 1] ?? `${count}th`;
}
