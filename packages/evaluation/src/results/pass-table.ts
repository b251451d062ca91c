import { margin, percent } from './figures.js';
import type { ResultRow } from './schema.js';
import type { Section } from './sections.js';

/** Pass@k of each row that has it, for k = 1, 2, 4, … and the number of samples; `null` where none has. */
export function passSection(rows: readonly ResultRow[], title: string): Section | null {
  const shown = rows.filter(({ passAtK }) => passAtK !== undefined);
  const most = Math.max(0, ...shown.map(({ passAtK = [] }) => passAtK.length));
  if (most === 0) return null;
  const powers = Array.from({ length: Math.ceil(Math.log2(most)) }, (_, power) => 2 ** power);
  return {
    title,
    names: 2,
    head: ['follower', 'policy', ...[...powers, most].map((k) => `pass@${k}`)],
    rows: shown.map(({ follower, policy, passAtK = [], passAtKIntervals = [] }) => [
      ...[follower, policy],
      ...[...powers, most].map((k) => {
        const [value, interval] = [passAtK[k - 1], passAtKIntervals[k - 1]];
        if (value === undefined) return '–';
        return interval === undefined ? percent(value) : `${percent(value)} ${margin(interval)}`;
      }),
    ]),
  };
}
