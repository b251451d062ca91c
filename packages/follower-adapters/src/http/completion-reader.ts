import { StopMatcher } from '../text/stop-matcher.js';
import { endMark } from './body-lines.js';
import type {
  Completion,
  CompletionPiece,
  CompletionRequest,
  CompletionUsage,
  Ending,
  WrittenToken,
} from './completion.js';
import { PrefixStripper } from './prefix-stripper.js';
import { contextOverflow, malformed, serverFault } from './server-fault.js';

export interface ReadingOptions {
  /** Whether the answer is only whole with its end mark. */
  readonly needsEndMark: boolean;
  /** Whether the assistant's turn so far may come again at the beginning of the answer. */
  readonly mayRepeatTurn: boolean;
}

/**
 * Puts an answer together from its events. Either the whole answer comes of it or an error: nothing of a broken answer
 * is kept, so that asking again counts nothing twice.
 *
 * @param events data of each event
 * @param read what one event says in the server's dialect
 * @param stops texts that end the answer here, whatever the server does; reading then ends, which closes the connection
 * @throws ServerFault when the answer is broken, repeats itself or is cut off by the server's context
 */
export async function readCompletion(
  events: AsyncIterable<string>,
  read: (event: string) => CompletionPiece,
  request: CompletionRequest,
  stops: readonly string[],
  { needsEndMark, mayRepeatTurn }: ReadingOptions,
): Promise<Completion> {
  const matcher = new StopMatcher(stops);
  const stripper = new PrefixStripper(mayRepeatTurn ? request.turn : '');
  const seen = new Map<string | number, string>();
  const tokens: WrittenToken[] = [];
  let [text, pieces, isWhole] = ['', 0, !needsEndMark];
  let ending: Ending | null = null;
  let stopText: string | null = null;
  let usage: CompletionUsage | null = null;
  for await (const event of events) {
    if (event === endMark) {
      isWhole = true;
      continue;
    }
    const piece = read(event);
    if (isRepeated(piece, event, seen)) continue;
    if (piece.text !== '') pieces += 1;
    tokens.push(...piece.tokens);
    text += matcher.push(stripper.push(piece.text));
    ending = piece.ending ?? ending;
    stopText = matcher.matched ?? piece.stopText ?? stopText;
    usage = piece.usage ?? usage;
    if (matcher.matched !== null) {
      [ending, isWhole] = ['stop-text', true];
      break;
    }
  }
  if (ending === null || !isWhole) throw cutOff();
  text += matcher.push(stripper.flush()) + matcher.flush();
  const completionTokens = usage?.completionTokens ?? Math.max(tokens.length, pieces);
  checkCounts(Math.max(tokens.length, pieces), completionTokens, ending, request.maxTokens, usage !== null);
  return { text, tokens, ending, stopText, usage, completionTokens };
}

/** Whether the same piece came before: the same event, with a mark that no two pieces share. */
function isRepeated(
  { mark, text, tokens }: CompletionPiece,
  event: string,
  seen: Map<string | number, string>,
): boolean {
  if (mark === null || (text === '' && tokens.length === 0)) return false;
  const isSame = seen.get(mark) === event;
  seen.set(mark, event);
  return isSame;
}

function checkCounts(seen: number, told: number, ending: Ending, limit: number, isReported: boolean): void {
  if (seen > told) throw malformed(`${seen} tokens came where ${told} were written`);
  if (isReported && ending === 'length' && told < limit) {
    throw contextOverflow(`it was full after ${told} of ${limit} tokens`);
  }
}

function cutOff(): Error {
  return serverFault('soon', 'response-cut', 'The answer ended before it was whole.', "Look into the server's log.");
}
