import type { RunData, TransferMatrix } from '../../report-data.js';
import { furthest, methodsOf } from '../continual-methods.js';
import { forgettingBySteps, meanAccuracyBySteps } from '../continual-metrics.js';
import { spreadOf } from '../curves.js';
import { element } from '../dom.js';
import { groupName } from '../groups.js';
import { number, percent, points, pValue, seconds } from '../numbers.js';
import { allSuites, pooledRows, suitesOf, type Results } from '../results-view.js';
import type { Store } from '../store.js';

type Groups = readonly (readonly RunData[])[];

/**
 * What came out: the planner and what it is compared with, what a sequence of tasks came to, whom a planner helps; and
 * where training stands while nothing is evaluated.
 */
export function tiles({ runs, groups }: Pick<Store, 'runs' | 'groups'>): HTMLElement[] {
  const results = runs.find((run) => run.results !== null)?.results ?? null;
  const evaluated = [
    ...(results === null ? [] : resultTiles(results)),
    ...continualTiles(groups),
    ...runs.flatMap(({ transfer }) => (transfer === null ? [] : transferTiles(transfer))),
  ];
  return evaluated.length > 0 ? evaluated : trainingTiles(groups);
}

function resultTiles(results: Results): HTMLElement[] {
  const rows = pooledRows(results);
  const suite = suitesOf(rows)[0];
  const planner = rows.find((row) => row.policy === 'planner' && row.suite === suite && row.follower === row.trainedOn);
  if (planner === undefined) return [];
  const own = results.comparisons.filter(
    (each) =>
      each.suite === suite &&
      each.policy === 'planner' &&
      each.follower === planner.follower &&
      each.baselineFollower === undefined,
  );
  return [
    tile(
      `Planner leading ${planner.follower}`,
      percent(planner.accuracy),
      `${percent(planner.ciLow)} to ${percent(planner.ciHigh)}${suite === allSuites ? ', mean over suites' : ''}`,
    ),
    ...['alone', 'fixed', 'self-consistency'].flatMap((baseline) => {
      const against = own.find((each) => each.baseline === baseline);
      if (against === undefined) return [];
      const { difference, ciLow, ciHigh, pHolm, pMcNemar } = against;
      const note = `${points(ciLow)} to ${points(ciHigh)}, ${pValue(pHolm ?? pMcNemar)}`;
      return [tile(`Against ${baseline}`, points(difference), note, 'points')];
    }),
    tile('Cost', number(planner.tokensPerProblem), `${seconds(planner.secondsPerProblem)} per problem`, 'tokens'),
  ];
}

/** The methods by what they end with. */
function continualTiles(groups: Groups): HTMLElement[] {
  return methodsOf(groups).flatMap((method) => {
    const matrices = furthest(method);
    const last = matrices[0]?.after.at(-1);
    // Before the first task there is nothing to tell.
    if (last === null || last === undefined) return [];
    const ends = matrices.map((matrix) => meanAccuracyBySteps(matrix).at(-1) ?? 0);
    const falls = matrices.flatMap((matrix) => forgettingBySteps(matrix).at(-1) ?? []);
    const [average, forgetting] = [spreadOf(ends, 'none').mean, spreadOf(falls, 'none').mean];
    const done = method.order === 'joint' ? 'on all tasks, trained at once' : `on all tasks after ${last}`;
    const forgot = falls.length === 0 ? '' : `; forgetting ${points(forgetting)} points`;
    const some = matrices.length < method.matrices.length ? `; ${matrices.length} seeds so far` : '';
    return [tile(method.name, percent(average), `${done}${forgot}${some}`)];
  });
}

/** How many of the followers that it never met a planner improves. */
function transferTiles({ planners, followers, comparisons, rows }: TransferMatrix): HTMLElement[] {
  const suite = suitesOf(rows)[0];
  return planners.flatMap(({ name, trainedOn }) => {
    const unseen = followers.filter(({ model }) => model !== trainedOn).map((follower) => follower.name);
    const own = comparisons.filter(
      (each) =>
        each.policy === name &&
        each.suite === suite &&
        each.baseline === 'alone' &&
        each.baselineFollower === undefined &&
        unseen.includes(each.follower),
    );
    if (own.length === 0) return [];
    const helped = own.filter(({ difference, pHolm, pMcNemar }) => difference > 0 && (pHolm ?? pMcNemar) < 0.05);
    const note = `followers it never met improved over alone, p < 0.05 after Holm${suite === allSuites ? ', mean over suites' : ''}`;
    return [tile(name, `${helped.length} of ${own.length}`, note)];
  });
}

function trainingTiles(groups: Groups): HTMLElement[] {
  return groups.flatMap((runs) => {
    const last = runs.flatMap(({ points: all }) => all.findLast(({ values }) => 'accuracy' in values) ?? []);
    const [first] = last;
    if (first === undefined) return [];
    const title =
      groups.length > 1 || runs.length > 1 ? `${groupName(runs)}: accuracy in training` : 'Accuracy in training';
    const accuracies = last.flatMap(({ values }) => values['accuracy'] ?? []);
    const { mean, low, high } = spreadOf(accuracies, 'range');
    const spread = low === high ? '' : `; ${percent(low)} to ${percent(high)}`;
    return [tile(title, percent(mean), `${first.stage}, iteration ${first.iteration}${spread}`)];
  });
}

function tile(title: string, value: string, note: string, unit = ''): HTMLElement {
  return element(
    'div',
    { class: 'tile' },
    element('p', { class: 'name' }, title),
    element('p', { class: 'value' }, value, unit !== '' && element('small', {}, ` ${unit}`)),
    element('p', { class: 'note' }, note),
  );
}
