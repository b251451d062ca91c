import { allSuites, type Adaptivity, type Comparison, type ResultRow, type Results } from './schema.js';

/** A table before it is drawn: as text for a terminal or as Markdown. */
export interface Section {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Everything a reader of the printed results is shown, follower by follower. */
export function sectionsOf(results: Results): Section[] {
  const pooled = results.pooled ?? results.rows;
  const followers = [...new Set(pooled.map(({ follower }) => follower))];
  const accuracies = followers.map((follower) => accuracySection(pooled.filter((row) => row.follower === follower)));
  const differences = followers.map((follower) =>
    comparisonSection(results.comparisons.filter((comparison) => comparison.follower === follower)),
  );
  const adaptivity = adaptivitySection(results.adaptivity ?? []);
  const sections = [...accuracies.flatMap((section, at) => [section, differences[at] ?? null]), adaptivity];
  return sections.filter((section) => section !== null);
}

function accuracySection(rows: readonly ResultRow[]): Section {
  const [first] = rows;
  const suites = suitesOf(rows);
  const policies = [...new Set(rows.map(({ policy }) => policy))];
  const trainedOn = rows.find((row) => row.trainedOn !== null)?.trainedOn ?? null;
  const failed = rows.some(({ errors = 0 }) => errors > 0);
  return {
    title: `${followerTitle(first, trainedOn)}: accuracy in % ± half of its 95 % interval, ${splitTitle(first)}`,
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

function comparisonSection(comparisons: readonly Comparison[]): Section | null {
  const [first] = comparisons;
  if (first === undefined) return null;
  const suites = suitesOf(comparisons);
  const pairs = new Map(comparisons.map((comparison) => [pairText(comparison), comparison]));
  const cell = (pair: string, suite: string) =>
    differenceText(comparisons.find((comparison) => pairText(comparison) === pair && comparison.suite === suite));
  return {
    title: `${first.follower}: paired differences in points [95 % interval], * where p < 0.05 (McNemar, Holm)`,
    head: ['difference', ...suites.map(suiteTitle)],
    rows: [...pairs.keys()].map((pair) => [pair, ...suites.map((suite) => cell(pair, suite))]),
  };
}

function adaptivitySection(reports: readonly Adaptivity[]): Section | null {
  const pooled = reports.filter(({ suite }) => suite === allSuites);
  const shown = (pooled.length > 0 ? pooled : reports).filter(({ wrong, right }) => wrong ?? right);
  if (shown.length === 0) return null;
  const rate = (side: Adaptivity['wrong']) =>
    side === null ? '–' : `${percent(side.rate)} ± ${percent((side.ciHigh - side.ciLow) / 2)}`;
  return {
    title: 'When policies validate: share of decisions in %, after wrong and after right steps',
    head: ['follower', 'policy', 'after wrong', 'after right', 'difference'],
    rows: shown.map(({ follower, policy, wrong, right, difference }) => [
      follower,
      policy,
      rate(wrong),
      rate(right),
      difference === null ? '–' : `${signed(difference.estimate)} ${range(difference)}`,
    ]),
  };
}

/** Suites in order of appearance, the mean over them last. */
function suitesOf(rows: readonly { readonly suite: string }[]): string[] {
  const suites = [...new Set(rows.map(({ suite }) => suite))];
  return [...suites.filter((suite) => suite !== allSuites), ...suites.filter((suite) => suite === allSuites)];
}

function suiteTitle(suite: string): string {
  return suite === allSuites ? 'mean' : suite;
}

function followerTitle(row: ResultRow | undefined, trainedOn: string | null): string {
  if (row === undefined) return '';
  const size = row.followerParameters === null ? '' : `, ${millions(row.followerParameters)} parameters`;
  const role = trainedOn === null ? '' : trainedOn === row.follower ? ', trained with' : ', never seen in training';
  return `${row.follower}${size}${role}`;
}

function splitTitle(row: ResultRow | undefined): string {
  return `${row?.split ?? ''} split`;
}

function pairText({ policy, baseline, baselineFollower }: Comparison): string {
  return `${policy} − ${baseline}${baselineFollower === undefined ? '' : ` of ${baselineFollower}`}`;
}

function accuracyText(row: ResultRow | undefined): string {
  return row === undefined ? '–' : `${percent(row.accuracy)} ± ${percent((row.ciHigh - row.ciLow) / 2)}`;
}

function differenceText(comparison: Comparison | undefined): string {
  if (comparison === undefined) return '–';
  const mark = (comparison.pHolm ?? comparison.pMcNemar) < 0.05 ? '*' : '';
  return `${signed(comparison.difference)} ${range(comparison)}${mark}`;
}

function range({ ciLow, ciHigh }: { readonly ciLow: number; readonly ciHigh: number }): string {
  return `[${percent(ciLow)}, ${percent(ciHigh)}]`;
}

function percent(fraction: number): string {
  return (100 * fraction).toFixed(1);
}

function signed(fraction: number): string {
  return `${fraction < 0 ? '' : '+'}${percent(fraction)}`;
}

function millions(parameters: number): string {
  return `${(parameters / 1e6).toPrecision(2)}M`;
}
