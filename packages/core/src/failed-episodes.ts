import type { Episode } from './episode.js';
import { EpisodesError } from './errors.js';

/**
 * What came of episodes that failed one and all is no number of anything: nothing can be learned or measured there.
 *
 * @param which episodes they are, for the message, e.g. `episodes of an iteration`.
 * @throws EpisodesError with the code of the first one's error when there are episodes, and all of them failed.
 */
export function refuseFailures(episodes: readonly Pick<Episode, 'error'>[], which: string, remedy: string): void {
  const [first] = episodes;
  if (!first?.error || !episodes.every(({ error }) => error !== null)) return;
  const { code, message } = first.error;
  throw new EpisodesError(`all ${episodes.length} ${which} failed, the first: ${message}`, { code, remedy });
}
