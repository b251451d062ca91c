import { resolve, join } from 'node:path';
import { ConfigError } from '@rsim/core';
import { makeReport, type MakeReportOptions } from '@rsim/report';
import type { CommonOptions } from '../request.js';
import { writeAskedFile } from '../write-asked-file.js';

export interface ReportOptions extends CommonOptions {
  readonly out?: string;
  /** Most episodes of each run. */
  readonly episodes: number;
}

/** Writes the page about runs: into the run's folder where there is one run, else into the current folder. */
export async function report(options: ReportOptions, runs: readonly string[]): Promise<void> {
  const [first = '.'] = runs;
  await write(runs, 'report', runs.length === 1 ? join(first, 'report.html') : 'report.html', options);
}

/** Writes the page that holds runs against the first of them. */
export async function compare(options: ReportOptions, runs: readonly string[]): Promise<void> {
  if (new Set(runs.map((run) => resolve(run))).size < Math.max(2, runs.length)) {
    throw new ConfigError('compare needs two different run folders or more', {
      remedy: 'Name another one, or use rsim report for a single run.',
    });
  }
  await write(runs, 'comparison', 'comparison.html', options);
}

async function write(
  runs: readonly string[],
  kind: MakeReportOptions['kind'],
  usual: string,
  { out = usual, episodes, json }: ReportOptions,
): Promise<void> {
  const { html, notices } = await makeReport(runs, { kind, episodes });
  writeAskedFile(out, html, '--out');
  const bytes = Buffer.byteLength(html);
  if (json) console.log(JSON.stringify({ file: out, bytes, notices }));
  else {
    for (const notice of notices) process.stderr.write(`note: ${notice}\n`);
    console.log(`${out} (${(bytes / 2 ** 20).toFixed(1)} MB)`);
  }
}
