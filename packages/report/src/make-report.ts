import { bundleClient } from './client-bundle.js';
import { compareRuns } from './compare-runs.js';
import { pageHtml } from './page.js';
import { readRuns } from './read-runs.js';
import type { ReportData } from './report-data.js';

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
  const title = `${apart ? 'Comparison of ' : ''}${runs.map(({ name }) => name).join(apart ? ' and ' : ', ')} · rsim`;
  const data: ReportData = { title, kind, made: new Date().toISOString(), runs, comparison, live: null };
  const html = pageHtml({ data, bodies: read.map(({ bodies }) => bodies) }, await bundleClient());
  return { html, notices: runs.flatMap(({ name, notices }) => notices.map((notice) => `${name}: ${notice}`)) };
}
