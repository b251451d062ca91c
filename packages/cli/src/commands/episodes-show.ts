import { RunFolderError } from '@rsim/core';
import { RunFolder, type EpisodeRecord } from '@rsim/tracking';
import { episodeText } from '../episode-text.js';
import type { CommonOptions } from '../request.js';

export interface EpisodesShowOptions extends CommonOptions {
  /** Key of an episode (`problem/sample`) or of a problem. */
  readonly key?: string;
  /** How many, counted from the end. */
  readonly n: number;
  readonly policy?: string;
  readonly verdict?: string;
}

/** Prints episodes of a run; with `--json` their records, one a line. */
export async function episodesShow(options: EpisodesShowOptions, run: string): Promise<void> {
  RunFolder.readConfig(run);
  const found = chosen(RunFolder.readEpisodes(run), options);
  if (found.length === 0) {
    throw new RunFolderError(`no episode in ${run} fits what was asked for`, {
      remedy: 'Leave out --key, --policy or --verdict; the run keeps a sample of its episodes in episodes.jsonl.',
      code: 'episode-missing',
    });
  }
  for (const [index, record] of found.entries()) {
    if (options.json) console.log(JSON.stringify(record));
    else console.log(`${index === 0 ? '' : '\n'}${episodeText(record)}`);
  }
}

function chosen(records: readonly EpisodeRecord[], { key, n, policy, verdict }: EpisodesShowOptions): EpisodeRecord[] {
  const fitting = records.filter(
    ({ episode, policy: played }) =>
      (key === undefined || episode.key === key || episode.problem.key === key) &&
      (policy === undefined || played === policy) &&
      (verdict === undefined || episode.verdict?.status === verdict),
  );
  return fitting.slice(-n);
}
