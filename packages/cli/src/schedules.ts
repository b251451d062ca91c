import { createHash } from 'node:crypto';
import { TOKENS, type Follower } from '@rsim/core';
import { searchSchedules, type ScheduleSearch } from '@rsim/evaluation';
import type { Composition } from './composition.js';
import { Progress } from './progress.js';
import { isScripted, scriptedWorld } from './scripted-world.js';

/** A search that is kept, and what it was made with: under other settings it is made again. */
interface KeptSearch {
  readonly settings: string;
  readonly search: ScheduleSearch;
}

/** Where a search is kept. */
export interface ScheduleFile {
  read(): unknown;
  write(content: KeptSearch): void;
}

export interface KeepingSearches {
  readonly file: ScheduleFile;
  /** By suite, as of cells: a search of another version is made again. */
  readonly versionOf: (suite: string) => string | undefined;
  readonly signal: AbortSignal;
}

/**
 * The best fixed schedule of each suite for a follower, searched on training problems alone. A search that is kept is not
 * made again.
 */
export async function bestSchedules(
  { container }: Composition,
  follower: Follower,
  { file, versionOf, signal }: KeepingSearches,
): Promise<ScheduleSearch> {
  const { evaluation, seed, tasks, temperature } = container.resolve(TOKENS.config);
  const suites = container.resolve(TOKENS.suites);
  const strategySet = container.resolve(TOKENS.strategySet);
  const { name, fingerprint } = follower;
  const dependsOn = [evaluation.fixedSearch, seed, temperature, name, fingerprint, tasks, suites, strategySet];
  const versions = suites.map((suite) => versionOf(suite.name));
  const settings = createHash('sha256')
    .update(JSON.stringify([...dependsOn, versions]))
    .digest('hex');
  const kept = file.read() as KeptSearch | null;
  if (kept?.settings === settings) return kept.search;

  const { candidates, finalists, screeningEpisodes, episodes } = evaluation.fixedSearch;
  const total = suites.length * (screeningEpisodes + episodes);
  const progress = new Progress({ label: 'searching fixed schedules', total, unit: 'episodes' });
  const screened = suites.every(isScripted) ? scriptedWorld(suites) : null;
  const search = await searchSchedules({
    ...{ suites: screened?.suites ?? suites, screening: screened?.follower ?? null, follower },
    ...{ strategySet, temperature, seed, signal, candidates, finalists, screeningEpisodes, episodes },
    onProgress: ({ suite, stage, best, episodes: done }) => {
      progress.update(Math.min(done, total), `${suite}, ${stage}: best ${(100 * best).toFixed(1)} %`);
    },
  });
  progress.finish(`best for all ${(100 * search.overall.trainAccuracy).toFixed(1)} % on training problems`);
  file.write({ settings, search });
  return search;
}
