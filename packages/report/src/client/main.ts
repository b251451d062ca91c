import type { ReportData } from '../report-data.js';
import { element } from './dom.js';
import { helpDialog, listenToKeys } from './help.js';
import { listen } from './live.js';
import { Comparison } from './sections/comparison.js';
import { Continual } from './sections/continual.js';
import { Configuration } from './sections/configuration.js';
import { Cost } from './sections/cost.js';
import { Episodes } from './sections/episodes.js';
import { Learning } from './sections/learning.js';
import { Overview } from './sections/overview.js';
import { ResultsSection } from './sections/results.js';
import { everything, type Section } from './sections/section.js';
import { Strategies } from './sections/strategies.js';
import { TransferSection } from './sections/transfer.js';
import { Store, type Change } from './store.js';
import './style/style.css';
import { applyTheme, themeButton, toggleTheme } from './theme.js';
import { unpacked } from './unpack.js';

async function start(): Promise<void> {
  applyTheme();
  const page = await unpacked<ReportData>('report');
  if (page === null) throw new Error('the page has lost its data');
  const store = new Store(page);
  const episodes = new Episodes(store);
  const sections: readonly Section[] = [
    new Overview(store),
    new Comparison(store),
    new Learning(store),
    new Strategies(store),
    new ResultsSection(store),
    new Cost(store),
    new Continual(store),
    new TransferSection(store),
    episodes,
    new Configuration(store),
  ];
  const links = sections.map(({ id, title }) => element('a', { href: `#${id}` }, title));
  const status = element('p', { class: 'live', role: 'status', hidden: true });
  const help = helpDialog();
  document.body.append(
    element('a', { class: 'skip', href: '#main' }, 'Skip to the content'),
    element(
      'header',
      { class: 'top' },
      element('h1', {}, page.title),
      status,
      element('nav', { 'aria-label': 'Sections' }, ...links),
      element(
        'div',
        { class: 'tools' },
        element(
          'button',
          { type: 'button', class: 'icon', 'aria-label': 'Keys', title: 'Keys (?)', click: () => help.showModal() },
          '?',
        ),
        themeButton(),
      ),
    ),
    element('main', { id: 'main', tabindex: -1 }, ...sections.map((section) => section.element)),
    element('footer', { class: 'made' }, `Made by rsim, ${page.made.slice(0, 16).replace('T', ' ')} UTC`),
    help,
  );
  const show = (change: Change) => {
    sections.forEach((section, place) => {
      const isThere = section.update(change);
      section.element.hidden = !isThere;
      (links[place] as HTMLElement).hidden = !isThere;
    });
  };
  show(everything);
  store.onChange(show);
  listenToKeys({
    '?': () => help.showModal(),
    '/': () => episodes.search.focus(),
    t: toggleTheme,
    n: () => episodes.list.move(1),
    p: () => episodes.list.move(-1),
    ...Object.fromEntries(
      Array.from({ length: 9 }, (_, place) => [String(place + 1), () => episodes.view.toggle(place)]),
    ),
  });
  if (page.live !== null) listen(store, page.live, status);
  // For whoever waits for the page: it is drawn and answers.
  requestAnimationFrame(() => {
    document.documentElement.dataset['ready'] = 'true';
    performance.mark('interactive');
  });
}

start().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  document.body.append(
    element('p', { role: 'alert' }, `This page could not be shown: ${text}. A newer browser may help.`),
  );
});
