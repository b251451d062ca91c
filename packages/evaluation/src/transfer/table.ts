import { effectSection } from '../results/effect-table.js';
import { accuracyText, differenceText, millions } from '../results/figures.js';
import { groupBy } from '../results/groups.js';
import { passSection } from '../results/pass-table.js';
import { allSuites, type Comparison, type ResultRow } from '../results/schema.js';
import { levelText, suitesOf, suiteTitle, type Section } from '../results/sections.js';
import { sectionsMarkdown, sectionsTable } from '../results/table.js';
import type { Transfer } from './schema.js';

/** Marks a planner's figure on a follower that runs the model it was trained with. */
const nativeMark = '°';

/** The matrix as a person reads it in a terminal: accuracies, each planner's differences, and what failed. */
export function transferTable(transfer: Transfer): string {
  return sectionsTable(transferSections(transfer));
}

/** The same as Markdown. */
export function transferMarkdown(transfer: Transfer): string {
  return sectionsMarkdown(transferSections(transfer));
}

export function transferSections(transfer: Transfer): Section[] {
  const { planners, failures } = transfer;
  return [
    accuracySection(transfer),
    ...passSections(transfer),
    ...planners.flatMap(({ name }) => [
      baselineSection(transfer, name),
      suiteSection(transfer, name),
      effectsSection(transfer, name),
    ]),
    ...(failures.length > 0 ? [failureSection(transfer)] : []),
  ].filter((section) => section.rows.length > 0);
}

/** Follower by policy, the mean over suites. */
function accuracySection(transfer: Transfer): Section {
  const rows = (transfer.pooled ?? []).filter(overall(transfer));
  const policies = [...new Set(rows.map(({ policy }) => policy))];
  const byFollower = groupBy(rows, ({ follower }) => follower);
  const { split = '' } = rows[0] ?? {};
  return {
    title: `Transfer, ${split} split, ${meanText(transfer)}: accuracy in %, ± ${levelText(transfer)} interval${nativeNote(transfer)}`,
    names: 1,
    head: ['follower', ...policies],
    rows: [...byFollower].map(([follower, own]) => [
      followerText(transfer, follower),
      ...policies.map((policy) => {
        const row = own.find((each) => each.policy === policy);
        return accuracyText(row) + (row !== undefined && isNative(transfer, row) ? nativeMark : '');
      }),
    ]),
  };
}

function passSections(transfer: Transfer): Section[] {
  const rows = (transfer.pooled ?? []).filter(overall(transfer));
  const title = `Solved by one of k tries in %, ${meanText(transfer)}, ± ${levelText(transfer)} interval`;
  const section = passSection(rows, title);
  return section === null ? [] : [section];
}

/** What one planner adds on each follower to each baseline. */
function baselineSection(transfer: Transfer, planner: string): Section {
  const own = transfer.comparisons.filter(({ policy }) => policy === planner).filter(overall(transfer));
  const baselines = [...new Set(own.map(({ baseline }) => baseline))];
  return differenceSection(transfer, own, {
    title: `${planner} minus each baseline in points, ${meanText(transfer)}`,
    head: baselines,
    find: (comparisons, baseline) => comparisons.find((each) => each.baseline === baseline),
  });
}

/** What one planner adds on each follower to the follower alone, suite by suite. */
function suiteSection(transfer: Transfer, planner: string): Section {
  const own = transfer.comparisons.filter(({ policy, baseline }) => policy === planner && baseline === 'alone');
  const suites = suitesOf(own);
  if (suites.length < 2) return { title: '', names: 1, head: [], rows: [] };
  return differenceSection(transfer, own, {
    title: `${planner} minus alone in points, by suite`,
    head: suites,
    find: (comparisons, suite) => comparisons.find((each) => each.suite === suite),
  });
}

/** How large that is on other scales, over suites. */
function effectsSection(transfer: Transfer, planner: string): Section {
  const own = transfer.comparisons.filter(({ policy }) => policy === planner).filter(overall(transfer));
  const alone = own.filter(({ baseline }) => baseline === 'alone');
  return effectSection(alone, {
    title: `${planner} minus alone, ${meanText(transfer)}`,
    names: ['follower'],
    nameOf: ({ follower }) => [followerText(transfer, follower)],
    level: levelText(transfer),
  });
}

interface Columns {
  readonly title: string;
  readonly head: readonly string[];
  readonly find: (comparisons: readonly Comparison[], column: string) => Comparison | undefined;
}

function differenceSection(transfer: Transfer, own: readonly Comparison[], { title, head, find }: Columns): Section {
  return {
    title: `${title}, ± ${levelText(transfer)} interval, * p < 0.05 after Holm over the whole matrix`,
    names: 1,
    head: ['follower', ...head.map(suiteTitle)],
    rows: [...groupBy(own, ({ follower }) => follower)].map(([follower, comparisons]) => [
      followerText(transfer, follower) + (isNative(transfer, comparisons[0]) ? nativeMark : ''),
      ...head.map((column) => differenceText(find(comparisons, column))),
    ]),
  };
}

function failureSection({ failures }: Transfer): Section {
  return {
    title: 'Without outcomes: run the same command again to try them once more',
    names: 6,
    head: ['follower', 'suite', 'policy', 'seed', 'code', 'message'],
    rows: failures.map(({ follower, suite, policy, seed, code, message }) => [
      ...[follower, suite ?? 'all', policy ?? 'all', String(seed ?? 'all'), code, oneLine(message)],
    ]),
  };
}

/** Longest part of a message in a table. */
const mostCharacters = 160;

function oneLine(message: string): string {
  const line = message.replace(/\s+/g, ' ').replaceAll('|', '/');
  return line.length > mostCharacters ? `${line.slice(0, mostCharacters - 1)}…` : line;
}

/** Keeps what stands for all suites together. */
function overall({ rows }: Transfer): (item: { readonly suite: string }) => boolean {
  const single = suitesOf(rows).length === 1;
  return ({ suite }) => single || suite === allSuites;
}

function meanText(transfer: Transfer): string {
  const suites = suitesOf(transfer.rows);
  return suites.length > 1 ? `mean over ${suites.length} suites` : (suites[0] ?? '');
}

function isNative({ planners, followers }: Transfer, row: Pick<ResultRow, 'policy' | 'follower'> | undefined): boolean {
  const trainedOn = planners.find(({ name }) => name === row?.policy)?.trainedOn ?? null;
  return trainedOn !== null && followers.find(({ name }) => name === row?.follower)?.model === trainedOn;
}

function nativeNote(transfer: Transfer): string {
  return (transfer.pooled ?? []).some((row) => isNative(transfer, row))
    ? `, ${nativeMark} the model the planner was trained with`
    : '';
}

function followerText({ followers }: Transfer, name: string): string {
  const parameters = followers.find((follower) => follower.name === name)?.parameters ?? null;
  return parameters === null ? name : `${name} (${millions(parameters)})`;
}
