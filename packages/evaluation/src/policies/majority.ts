import type { Episode } from '@rsim/core';

/**
 * The episode that speaks for the majority of the answers given to one problem: the first with the most frequent
 * extracted answer. Ties go to the answer given first. An episode without an answer has no vote unless all have none.
 *
 * @throws RangeError when there is no episode.
 */
export function majority(episodes: readonly Episode[]): Episode {
  const votes = new Map<string, number>();
  for (const episode of episodes) {
    const answer = answerOf(episode);
    if (answer !== null) votes.set(answer, (votes.get(answer) ?? 0) + 1);
  }
  const most = Math.max(...votes.values());
  const winner = episodes.find((episode) => {
    const answer = answerOf(episode);
    return answer === null ? votes.size === 0 : votes.get(answer) === most;
  });
  if (winner === undefined) throw new RangeError('majority: there is no episode');
  return winner;
}

/** Answers that differ in case or white space are the same vote. */
function answerOf(episode: Episode): string | null {
  return episode.verdict?.extracted?.replace(/\s+/g, ' ').trim().toLowerCase() ?? null;
}
