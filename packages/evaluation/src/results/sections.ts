import { at } from '../at.js';
import { defaultLevel } from '../statistics/interval.js';
import { effectSection } from './effect-table.js';
import { accuracyText, differenceText, margin, millions, percent, signed } from './figures.js';
import { groupBy } from './groups.js';
import { passSection } from './pass-table.js';
import { allSuites, type Adaptivity, type Comparison, type ResultRow, type Results } from './schema.js';

/** A table before it is drawn: as text for a terminal or as Markdown. */
export interface Section {
  readonly title: string;
  /** How many columns from the left are names; the rest are numbers. */
  readonly names: number;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Everything a reader of the printed results is shown, follower by follower. */
export function sectionsOf(results: Results): Section[] {
  const level = levelText(results);
  const pooled = results.pooled ?? results.rows;
  const followers = [...new Set(pooled.map(({ follower }) => follower))];
  const accuracies = followers.map((follower) =>
    accuracySection(
      pooled.filter((row) => row.follower === follower),
      level,
    ),
  );
  const differences = followers.map((follower) => {
    const own = results.comparisons.filter((comparison) => comparison.follower === follower);
    return [...groupBy(own, ({ policy }) => policy).values()].map((each) => comparisonSection(each, level));
  });
  const adaptivity = adaptivitySection(results.adaptivity ?? [], level);
  const sections = [
    ...accuracies.flatMap((section, index) => [section, ...(differences[index] ?? [])]),
    passAtSection(pooled, level),
    ...effectSections(results.comparisons, level),
    adaptivity,
  ];
  return sections.filter((section) => section !== null);
}

export function levelText({ level = defaultLevel }: Pick<Results, 'level'>): string {
  return `${Number((100 * level).toPrecision(4))} %`;
}

function accuracySection(rows: readonly ResultRow[], level: string): Section {
  const first = at(rows, 0);
  const suites = suitesOf(rows);
  const policies = [...new Set(rows.map(({ policy }) => policy))];
  const trainedOn = rows.find((row) => row.trainedOn !== null)?.trainedOn ?? null;
  const failed = rows.some(({ errors = 0 }) => errors > 0);
  const remark = failed ? '; errors count as wrong' : '';
  return {
    title: `${followerTitle(first, trainedOn)}, ${first.split} split: accuracy in %, ± ${level} interval${remark}`,
    names: 1,
    head: ['policy', ...suites.map(suiteTitle), 'tokens', 'seconds', ...(failed ? ['errors'] : [])],
    rows: policies.map((policy) => {
      const own = new Map(rows.filter((row) => row.policy === policy).map((row) => [row.suite, row]));
      const last = own.get(suites.at(-1) ?? '');
      return [
        policy,
        ...suites.map((suite) => accuracyText(own.get(suite))),
        last?.tokensPerProblem.toFixed(0) ?? '',
        last?.secondsPerProblem.toFixed(3) ?? '',
        ...(failed ? [String(last?.errors ?? 0)] : []),
      ];
    }),
  };
}

/** @param comparisons those of one policy on one follower. */
function comparisonSection(comparisons: readonly Comparison[], level: string): Section {
  const { follower, policy } = at(comparisons, 0);
  const suites = suitesOf(comparisons);
  const baselines = groupBy(comparisons, baselineText);
  const cell = (own: readonly Comparison[], suite: string) => differenceText(own.find((each) => each.suite === suite));
  return {
    title: `${follower}: ${policy} minus each baseline in points, ± ${level} interval, * p < 0.05 after Holm`,
    names: 1,
    head: ['baseline', ...suites.map(suiteTitle)],
    rows: [...baselines].map(([baseline, own]) => [baseline, ...suites.map((suite) => cell(own, suite))]),
  };
}

/** All followers in one table, the mean over suites where there are several. */
function passAtSection(pooled: readonly ResultRow[], level: string): Section | null {
  const suite = suitesOf(pooled).at(-1);
  const shown = pooled.filter((row) => row.suite === suite);
  return passSection(shown, `Solved by one of k tries in %, ${overallTitle(suite)}, ± ${level} interval`);
}

/** The same of the comparisons, for each policy that is compared. */
function effectSections(comparisons: readonly Comparison[], level: string): Section[] {
  const suite = suitesOf(comparisons).at(-1);
  const shown = comparisons.filter((each) => each.suite === suite);
  return [...groupBy(shown, ({ policy }) => policy)].map(([policy, own]) =>
    effectSection(own, {
      title: `${policy} minus, ${overallTitle(suite)}`,
      names: ['follower', 'baseline'],
      nameOf: (each) => [each.follower, baselineText(each)],
      level,
    }),
  );
}

function adaptivitySection(reports: readonly Adaptivity[], level: string): Section | null {
  const pooled = reports.filter(({ suite }) => suite === allSuites);
  const shown = (pooled.length > 0 ? pooled : reports).filter(({ wrong, right }) => wrong ?? right);
  if (shown.length === 0) return null;
  const rate = (side: Adaptivity['wrong']) => (side === null ? '–' : `${percent(side.rate)} ${margin(side)}`);
  return {
    title: `How often policies validate: % of decisions after wrong and after right steps, ± ${level} interval`,
    names: 2,
    head: ['follower', 'policy', 'after wrong', 'after right', 'difference'],
    rows: shown.map(({ follower, policy, wrong, right, difference }) => [
      follower,
      policy,
      rate(wrong),
      rate(right),
      difference === null ? '–' : `${signed(100 * difference.estimate, 1)} ${margin(difference)}`,
    ]),
  };
}

/** Suites in order of appearance, the mean over them last. */
export function suitesOf(rows: readonly { readonly suite: string }[]): string[] {
  const suites = [...new Set(rows.map(({ suite }) => suite))];
  return [...suites.filter((suite) => suite !== allSuites), ...suites.filter((suite) => suite === allSuites)];
}

export function suiteTitle(suite: string): string {
  return suite === allSuites ? 'mean' : suite;
}

function overallTitle(suite = ''): string {
  return suite === allSuites ? 'mean of suites' : suite;
}

function followerTitle({ follower, followerParameters }: ResultRow, trainedOn: string | null): string {
  const remarks = [
    ...(followerParameters === null ? [] : [millions(followerParameters)]),
    ...(trainedOn === null ? [] : [trainedOn === follower ? 'the planner trained with it' : 'unseen by the planner']),
  ];
  return remarks.length > 0 ? `${follower} (${remarks.join(', ')})` : follower;
}

function baselineText({ baseline, baselineFollower }: Comparison): string {
  return baselineFollower === undefined ? baseline : `${baseline} (${baselineFollower})`;
}
