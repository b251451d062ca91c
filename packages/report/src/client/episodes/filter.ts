import type { EpisodeBody, ProblemEntry } from '../../report-data.js';
import type { EpisodeRef } from '../store.js';

/** What a reader looks for; an empty text stands for all. */
export interface Filter {
  readonly run: string;
  readonly suite: string;
  readonly policy: string;
  readonly follower: string;
  readonly phase: string;
  /** `right`, `wrong` (whatever was not right) or one of the verdicts. */
  readonly verdict: string;
  /** Place of a strategy that occurs. */
  readonly strategy: string;
}

/** A problem and the episodes about it, of all runs and policies. */
export interface ProblemGroup {
  readonly problem: ProblemEntry;
  readonly episodes: readonly EpisodeRef[];
  /** Those that were looked for. */
  readonly found: readonly EpisodeRef[];
}

export function passes({ run, entry, problem }: EpisodeRef, filter: Filter): boolean {
  const is = (wanted: string, value: string) => wanted === '' || wanted === value;
  return (
    is(filter.run, String(run)) &&
    is(filter.suite, problem.suite) &&
    is(filter.policy, entry.policy) &&
    is(filter.follower, entry.follower) &&
    is(filter.phase, entry.phase) &&
    (is(filter.verdict, entry.status) || is(filter.verdict, entry.status === 'correct' ? 'right' : 'not right')) &&
    (filter.strategy === '' || entry.strategies.includes(Number(filter.strategy)))
  );
}

/** The problems with an episode that is looked for, those that most policies met first. */
export function grouped(episodes: readonly EpisodeRef[], isFound: (episode: EpisodeRef) => boolean): ProblemGroup[] {
  const groups = new Map<string, { problem: ProblemEntry; episodes: EpisodeRef[]; found: EpisodeRef[] }>();
  for (const episode of episodes) {
    const group = groups.get(episode.problem.key) ?? { problem: episode.problem, episodes: [], found: [] };
    groups.set(episode.problem.key, group);
    group.episodes.push(episode);
    if (isFound(episode)) group.found.push(episode);
  }
  const policies = ({ episodes: own }: ProblemGroup) => new Set(own.map(({ entry }) => entry.policy)).size;
  return [...groups.values()]
    .filter(({ found }) => found.length > 0)
    .map((group) => ({ ...group, episodes: byPolicy(group.episodes) }))
    .sort((a, b) => policies(b) - policies(a));
}

/** The planner's first, then policy by policy and follower by follower in order of appearance. */
function byPolicy(episodes: readonly EpisodeRef[]): EpisodeRef[] {
  const orderOf = (values: readonly string[]) => new Map([...new Set(values)].map((value, place) => [value, place]));
  const policies = orderOf(['planner', ...episodes.map(({ entry }) => entry.policy)]);
  const followers = orderOf(episodes.map(({ entry }) => entry.follower));
  const rank = ({ entry }: EpisodeRef) =>
    (policies.get(entry.policy) ?? 0) * followers.size + (followers.get(entry.follower) ?? 0);
  return [...episodes].sort((a, b) => rank(a) - rank(b));
}

/** Everything of an episode that a search looks through, in lower case. */
export function searchable({ problem, entry }: EpisodeRef, { steps, error }: EpisodeBody): string {
  const parts = [problem.key, problem.question, problem.answer, entry.extracted ?? '', error ?? ''];
  return [...parts, ...steps.map(({ text }) => text)].join('\n').toLowerCase();
}
