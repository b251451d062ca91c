import type { EpisodeBody, EpisodeStepBody, StrategyName } from '../../report-data.js';
import { element } from '../dom.js';
import { number, percent } from '../numbers.js';
import type { EpisodeRef } from '../store.js';
import { probabilityBars, probabilityList } from './probabilities.js';
import { marks } from './verdict.js';

/** An episode as a dialogue: the leader's choice and what the follower made of it, step by step, and the verdict. */
export function dialogue(
  { entry, problem }: EpisodeRef,
  body: EpisodeBody,
  strategies: readonly StrategyName[],
  title: string,
): HTMLElement {
  return element(
    'article',
    { class: 'dialogue', 'aria-label': title },
    element('h4', {}, title),
    element(
      'ol',
      { class: 'steps' },
      ...body.steps.map((step, index) =>
        stepItem(step, entry.strategies[index] ?? -1, index, strategies, entry.follower),
      ),
    ),
    verdict({ entry, problem }, body),
  );
}

function stepItem(
  step: EpisodeStepBody,
  strategy: number,
  index: number,
  strategies: readonly StrategyName[],
  follower: string,
): HTMLElement {
  const remarks = [
    `${step.tokens} ${step.tokens === 1 ? 'token' : 'tokens'}`,
    step.confidence !== null && `mean token probability ${percent(step.confidence)}`,
    step.cut && 'cut at its limit',
  ].filter((remark) => remark !== false);
  return element(
    'li',
    { class: 'step', tabindex: index === 0 ? 0 : -1, 'aria-label': `Step ${index + 1}` },
    leaderTurn(step, strategy, strategies),
    element(
      'div',
      { class: 'turn follower' },
      element('span', { class: 'who' }, follower),
      element('p', { class: 'said' }, step.text.trim() === '' ? '(nothing)' : step.text.trim()),
      element('span', { class: 'remark' }, remarks.join(' · ')),
    ),
  );
}

function leaderTurn(step: EpisodeStepBody, strategy: number, strategies: readonly StrategyName[]): HTMLElement {
  const title = strategies[strategy]?.title ?? 'No strategy';
  const { probabilities } = step;
  const own = probabilities?.[strategy];
  const who = step.forced ? 'The limit' : probabilities === null ? 'No leader' : 'Leader';
  const name = element('strong', { class: 'strategy' }, title);
  name.style.setProperty('--own', `var(--strategy-${Math.max(0, strategy) % 9})`);
  const remark = step.forced ? 'demands the answer' : probabilities === null ? 'the follower’s own choice' : null;
  const turn = element(
    'div',
    { class: 'turn leader' },
    element('span', { class: 'who' }, who),
    name,
    own !== undefined && element('span', { class: 'probability' }, percent(own)),
    remark !== null && element('span', { class: 'remark' }, remark),
  );
  if (probabilities === null) return turn;
  const details = element(
    'details',
    { class: 'choices' },
    element('summary', { title: 'All probabilities' }, probabilityBars(probabilities, strategy, strategies)),
  );
  // Most are never opened, and a page shows many.
  details.addEventListener('toggle', () => details.append(probabilityList(probabilities, strategy, strategies)), {
    once: true,
  });
  turn.append(details);
  return turn;
}

function verdict({ entry, problem }: Pick<EpisodeRef, 'entry' | 'problem'>, body: EpisodeBody): HTMLElement {
  const { sign, word, tone } = marks[entry.status];
  const rewards = (['leader', 'follower'] as const).flatMap((role) =>
    Object.entries(body.rewards[role]).map(([name, value]) => ({ role, name, value })),
  );
  return element(
    'footer',
    { class: `verdict ${tone}` },
    element('p', { class: 'judged' }, element('span', { class: 'sign', 'aria-hidden': 'true' }, sign), ` ${word}`),
    element(
      'dl',
      {},
      ...described('answered', entry.extracted ?? 'nothing'),
      ...described('right is', problem.answer),
      ...described('ended by', body.end),
      ...described('tokens', String(entry.tokens)),
      ...(body.error === null ? [] : described('error', body.error)),
    ),
    rewards.length > 0 &&
      element(
        'table',
        { class: 'rewards' },
        element('caption', {}, 'Rewards'),
        ...rewards.map(({ role, name, value }) =>
          element(
            'tr',
            {},
            element('td', {}, role),
            element('th', { scope: 'row' }, name),
            element('td', {}, value === null ? 'unscored' : number(value)),
          ),
        ),
      ),
  );
}

function described(term: string, text: string): HTMLElement[] {
  return [element('dt', {}, term), element('dd', {}, text)];
}
