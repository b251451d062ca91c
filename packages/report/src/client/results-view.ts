import type { RunData } from '../report-data.js';

export type Results = NonNullable<RunData['results']>;
export type Row = Results['rows'][number];

/** Stands for the mean over suites. */
export const allSuites = 'all';

export function pooledRows({ pooled, rows }: Results): readonly Row[] {
  return pooled ?? rows;
}

export function followersOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.map(({ follower }) => follower))];
}

/** The mean over suites first where there is one. */
export function suitesOf(rows: readonly { readonly suite: string }[]): string[] {
  const suites = [...new Set(rows.map(({ suite }) => suite))];
  return suites.sort((a, b) => Number(b === allSuites) - Number(a === allSuites));
}

/** Policies keep their colour throughout the page: the place among all policies of the run. */
export function policyPlaces(rows: readonly Row[]): Map<string, number> {
  return new Map([...new Set(rows.map(({ policy }) => policy))].map((policy, place) => [policy, place]));
}

export function suiteTitle(suite: string): string {
  return suite === allSuites ? 'mean over suites' : suite;
}
