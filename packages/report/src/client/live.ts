import type { RunPatch } from '../report-data.js';
import { progressText } from './numbers.js';
import type { Store } from './store.js';

const states: Readonly<Record<string, string>> = {
  waiting: 'waiting for the run to begin',
  running: 'live',
  stopped: 'the run stopped before it was finished',
  finished: 'the run has finished',
  gone: 'the run was deleted; this is what was seen of it',
};

/** Follows the run as its server tells of it; the browser connects again by itself. */
export function listen(store: Store, from: number, status: HTMLElement): void {
  const say = (text: string, isWell: boolean) => {
    status.hidden = false;
    status.textContent = text;
    status.classList.toggle('well', isWell);
  };
  const sayState = () => {
    const { state = 'waiting', progress = null } = store.runs[0] ?? {};
    const far = state === 'running' && progress !== null ? ` · ${progressText(progress)}` : '';
    say(`${states[state] ?? state}${far}`, state === 'running' || state === 'finished');
  };
  const source = new EventSource(`/events?from=${from}`);
  source.addEventListener('open', sayState);
  source.addEventListener('patch', (event) => {
    store.apply(0, JSON.parse((event as MessageEvent<string>).data) as RunPatch);
    sayState();
  });
  // The server was started again and does not know what this page has seen.
  source.addEventListener('stale', () => location.reload());
  source.addEventListener('error', () => say('rsim watch does not answer; trying again', false));
}
