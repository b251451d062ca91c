import { matrixFile } from '@rsim/evaluation';
import { bundleClient } from './client-bundle.js';
import { compareRuns } from './compare-runs.js';
import { continualTables } from './continual-tables.js';
import { pageHtml } from './page.js';
import { readRuns } from './read-runs.js';
import type { ReportData } from './report-data.js';
import { RunFiles } from './run-files.js';

export interface MakeReportOptions {
  /** What the page is for; see {@link ReportData}. */
  readonly kind: ReportData['kind'];
  /** Most episodes of each run. */
  readonly episodes?: number;
}

export interface Report {
  readonly html: string;
  /** What of the runs is missing or damaged, one sentence each. */
  readonly notices: readonly string[];
}

/**
 * One self-contained HTML page about run folders, whatever state they are in.
 *
 * @throws RunFolderError where there is no folder or it holds nothing of a run.
 */
export async function makeReport(paths: readonly string[], { kind, episodes }: MakeReportOptions): Promise<Report> {
  const apart = kind === 'comparison';
  const read = readRuns(paths, { apart, episodes });
  const runs = read.map(({ data }) => data);
  const comparison = apart ? await compareRuns(paths, runs) : null;
  const title = `${apart ? 'Comparison of ' : ''}${listed(runs.map(({ name }) => name))} · rsim`;
  const continual = continualTables(paths.map((path) => new RunFiles(path).read(matrixFile).json));
  const data: ReportData = { title, kind, made: new Date().toISOString(), runs, comparison, continual, live: null };
  const html = pageHtml({ data, bodies: read.map(({ bodies }) => bodies) }, await bundleClient());
  return { html, notices: runs.flatMap(({ name, notices }) => notices.map((notice) => `${name}: ${notice}`)) };
}

/** The first names of many: a title is one line. */
function listed(names: readonly string[]): string {
  if (names.length <= 3) return new Intl.ListFormat('en').format(names);
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}
