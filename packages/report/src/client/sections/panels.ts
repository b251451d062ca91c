import { number, percent } from '../numbers.js';

/** Which numbers of the journal are drawn together, and how they read. */
export interface Panel {
  readonly title: string;
  readonly note: string;
  readonly matches: (path: string) => boolean;
  readonly write: (value: number) => string;
  readonly range?: readonly [number, number];
}

const wholePercent = (value: number) => percent(value).replace(/[.]0 %$/, ' %');
const path = (pattern: RegExp) => (name: string) => pattern.test(name);

/** The names are those of docs/run-folder.md; further learners and followers fall into the same panels by their endings. */
export const panels: readonly Panel[] = [
  {
    title: 'Accuracy',
    note: 'Share of the iteration’s episodes judged correct: all suites together and each.',
    matches: path(/^accuracy$|^accuracyBySuite\./),
    write: wholePercent,
    range: [0, 1],
  },
  {
    title: 'Rewards by name',
    note: 'Mean of each reward rule before it is weighted.',
    matches: path(/rewards\.[^.]+$/i),
    write: number,
  },
  {
    title: 'Entropy',
    note: 'How undecided the policy is, in nats; 0 is sure of one strategy.',
    matches: path(/^(?!settings\.).*entropy$/i),
    write: number,
  },
  {
    title: 'KL divergence',
    note: 'How far an update moved the policy from the one that played.',
    matches: path(/^(?!settings\.).*(divergence|kl)$/i),
    write: number,
  },
  {
    title: 'Clip fraction',
    note: 'Share of decisions whose ratio ran into the clip: many, and the steps are too long.',
    matches: path(/clipFraction$/i),
    write: wholePercent,
  },
  {
    title: 'Length in steps',
    note: 'Steps of an episode.',
    matches: path(/^steps$/),
    write: number,
  },
  {
    title: 'Length in tokens',
    note: 'Tokens of an episode that count against its budget.',
    matches: path(/^budgetTokens$/),
    write: number,
  },
  {
    title: 'Ended by the leader',
    note: 'Share of episodes that the leader ended itself, before a limit did.',
    matches: path(/^terminationRate$/),
    write: wholePercent,
    range: [0, 1],
  },
  {
    title: 'Loss',
    note: 'What the update minimises; of a policy gradient, only its being finite says much.',
    matches: path(/\.loss$/i),
    write: number,
  },
  {
    title: 'Imitation',
    note: 'The warm start, by epoch: loss, and share of choices that agree with the demonstrations.',
    matches: path(/^(loss|agreement)$/),
    write: number,
  },
  {
    title: 'Gradient norm',
    note: 'Before it is cut.',
    matches: path(/^(?!settings\.).*gradientNorm$/i),
    write: number,
  },
];

/** Those that no panel shows and no other chart does. */
export function otherPaths(paths: readonly string[]): string[] {
  return paths.filter((name) => !name.startsWith('strategyUse.') && !panels.some(({ matches }) => matches(name)));
}

/** What a number is called beside others of its panel. */
export function metricName(name: string): string {
  const parts = name.split('.');
  if (name === 'accuracy') return 'all suites';
  if (parts[0] === 'update' || parts[0] === 'followerUpdate') {
    // What a panel is about is in its title; beside each other stand the two that learn.
    return parts[0] === 'update' ? 'leader' : 'follower';
  }
  return parts.at(-1) ?? name;
}
