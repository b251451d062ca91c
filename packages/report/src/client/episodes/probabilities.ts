import type { StrategyName } from '../../report-data.js';
import { element } from '../dom.js';
import { percent } from '../numbers.js';

/** The leader's distribution as small bars, one a strategy in the order of its actions; the chosen one stands out. */
export function probabilityBars(
  probabilities: readonly number[],
  chosen: number,
  strategies: readonly StrategyName[],
): HTMLElement {
  const best = [...probabilities.entries()].sort(([, a], [, b]) => b - a).slice(0, 3);
  const label = best.map(([place, value]) => `${strategies[place]?.title ?? place} ${percent(value)}`).join(', ');
  return element(
    'span',
    { class: 'bars', role: 'img', 'aria-label': `Probabilities: ${label}` },
    ...probabilities.map((value, place) => bar(value, place, place === chosen)),
  );
}

/** The same with names and numbers, the most probable first. */
export function probabilityList(
  probabilities: readonly number[],
  chosen: number,
  strategies: readonly StrategyName[],
): HTMLElement {
  const sorted = [...probabilities.entries()].sort(([, a], [, b]) => b - a);
  return element(
    'ul',
    { class: 'named-bars' },
    ...sorted.map(([place, value]) =>
      element(
        'li',
        { class: place === chosen ? 'chosen' : null },
        element('span', {}, strategies[place]?.title ?? `strategy ${place + 1}`),
        bar(value, place, place === chosen),
        element('b', {}, percent(value)),
      ),
    ),
  );
}

function bar(value: number, place: number, isChosen: boolean): HTMLElement {
  const made = element('i', { class: isChosen ? 'chosen' : null });
  made.style.setProperty('--share', String(value));
  made.style.setProperty('--own', `var(--strategy-${place % 9})`);
  return made;
}
