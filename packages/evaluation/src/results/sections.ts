import { at } from '../at.js';
import { defaultLevel } from '../statistics/interval.js';
import { groupBy } from './groups.js';
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
  const sections = [...accuracies.flatMap((section, index) => [section, ...(differences[index] ?? [])]), adaptivity];
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
  return {
    title: `${followerTitle(first, trainedOn)}, ${first.split} split: accuracy in %, ± ${level} interval`,
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
      difference === null ? '–' : `${signed(difference.estimate)} ${margin(difference)}`,
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

export function accuracyText(row: ResultRow | undefined): string {
  return row === undefined ? '–' : `${percent(row.accuracy)} ${margin(row)}`;
}

export function differenceText(comparison: Comparison | undefined): string {
  if (comparison === undefined) return '–';
  const mark = (comparison.pHolm ?? comparison.pMcNemar) < 0.05 ? '*' : '';
  return `${signed(comparison.difference)} ${margin(comparison)}${mark}`;
}

function margin({ ciLow, ciHigh }: { readonly ciLow: number; readonly ciHigh: number }): string {
  return `± ${percent((ciHigh - ciLow) / 2)}`;
}

function percent(fraction: number): string {
  return (100 * fraction).toFixed(1);
}

function signed(fraction: number): string {
  return `${fraction < 0 ? '' : '+'}${percent(fraction)}`;
}

export function millions(parameters: number): string {
  return `${(parameters / 1e6).toPrecision(2)}M`;
}
