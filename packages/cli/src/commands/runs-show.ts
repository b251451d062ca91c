import { resultsTable } from '@rsim/evaluation';
import { RunFolder } from '@rsim/tracking';
import { columns } from '../columns.js';
import { commandWord } from '../command-word.js';
import { duration } from '../progress.js';
import type { CommonOptions } from '../request.js';
import { folderBytes, readRun } from '../run-summary.js';
import { started } from './runs-list.js';

/** Everything about one run: where it stands, what it is made of, its results. */
export async function runsShow({ json }: CommonOptions, path: string): Promise<void> {
  const { config, journal, results, summary } = await readRun(path);
  const environment = summary.state === 'damaged' ? null : RunFolder.readEnvironment(path);
  if (json) {
    console.log(JSON.stringify({ ...summary, bytes: folderBytes(path), environment, config, results }, null, 2));
    return;
  }
  const { note, seconds, state } = summary;
  const last = journal.findLast(({ event }) => event === 'iteration');
  const facts: (readonly [string, string | undefined])[] = [
    ['run', summary.path],
    ['state', note === null ? state : `${state}: ${note}`],
    ['started', `${started(summary)} UTC${seconds === null ? '' : `, ${duration(seconds)} to its last record`}`],
    ['iterations', `${summary.iterations}${accuracyOf(last)}`],
    ['follower', summary.follower ?? undefined],
    ['planner', config?.planner.name],
    ['tasks', summary.tasks.join(', ')],
    ['seed', config === null ? undefined : String(config.seed)],
    ['trackers', config?.trackers.map(({ name }) => name).join(', ')],
    ['commit', environment?.commit],
    [
      'machine',
      environment === null ? undefined : `${environment.cpu}, ${environment.cores} cores, ${environment.node}`,
    ],
    ['size', `${(folderBytes(path) / 1e6).toFixed(1)} MB`],
  ];
  console.log(columns(facts.flatMap(([name, value]) => (value ? [[name, value]] : []))));
  if (results !== null) console.log(`\n${resultsTable(results)}`);
  if (state === 'unfinished') console.log(`\ngo on with: rsim runs resume ${commandWord(path)}`);
  if (state === 'trained') console.log(`\nevaluate it with: rsim eval ${commandWord(path)}`);
}

function accuracyOf(last: { readonly [field: string]: unknown } | undefined): string {
  return typeof last?.['accuracy'] === 'number' ? `, accuracy ${last['accuracy'].toFixed(3)} in the last` : '';
}
