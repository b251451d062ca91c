import type { Random } from '@rsim/core';
import type { Entry } from './entry.js';

/** The entries with `count` of them left out, added or changed as people change them: transposed, slipped, mistyped. */
export function disturb(entries: readonly Entry[], count: number, random: Random): Entry[] {
  const chosen = new Set(random.sample(entries, count).map(({ reference }) => reference));
  return entries.flatMap((entry) => {
    if (!chosen.has(entry.reference)) return [entry];
    const kind = random.integer(0, 4);
    if (kind === 0) return [];
    if (kind === 1) return [entry, { ...entry, reference: `R${random.integer(191, 299)}` }];
    return [{ ...entry, cents: misread(entry.cents, random) }];
  });
}

function misread(cents: number, random: Random): number {
  const digits = [...String(Math.abs(cents))];
  const place = random.integer(0, digits.length - 2);
  const kind = random.integer(0, 2);
  if (kind === 0) [digits[place], digits[place + 1]] = [digits[place + 1]!, digits[place]!];
  else if (kind === 1) digits[place] = String((Number(digits[place]) + random.integer(1, 9)) % 10);
  else digits.splice(place, 0, '0');
  const size = Number(digits.slice(0, 7).join(''));
  return Math.sign(cents) * (size === 0 ? 1 : size);
}
