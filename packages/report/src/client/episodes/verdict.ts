import type { EpisodeStatus } from '../../report-data.js';

interface Mark {
  readonly sign: string;
  readonly word: string;
  readonly tone: 'good' | 'bad' | 'odd';
}

/** How a verdict is shown: never by colour alone. */
export const marks: Readonly<Record<EpisodeStatus, Mark>> = {
  correct: { sign: '✓', word: 'right', tone: 'good' },
  wrong: { sign: '✗', word: 'wrong', tone: 'bad' },
  unparsed: { sign: '?', word: 'no answer found', tone: 'bad' },
  timeout: { sign: '…', word: 'not judged in time', tone: 'odd' },
  error: { sign: '!', word: 'ended with an error', tone: 'odd' },
  unjudged: { sign: '–', word: 'not judged', tone: 'odd' },
};
