import { serverFault } from './server-fault.js';

/** Most bytes one response may have; a step's text and log-probabilities stay far below. */
export const mostResponseBytes = 16 * 2 ** 20;

/** The last event of a stream in OpenAI's format. */
export const endMark = '[DONE]';

/** Most characters of one line or event. */
const mostLineLength = 2 ** 20;

/** The bytes of a response, as long as they are no more than they may be. */
export async function* limited(chunks: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > most) throw tooLarge(`more than ${most} bytes`);
    yield chunk;
  }
}

/**
 * The lines of a UTF-8 body that arrives in pieces, without their ends (line feed, carriage return, or both).
 * @throws ServerFault when a line is too long
 * @throws TypeError when the body is not UTF-8
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const chunk of chunks) {
    // A carriage return at the end may be the first half of a line's end.
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/u);
    rest = lines.pop() ?? '';
    if (rest.length > mostLineLength) throw tooLarge(`a line of more than ${mostLineLength} characters`);
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield* rest.replace(/\r$/u, '').split('\r');
}

/**
 * The data of server-sent events (WHATWG HTML, section 9.2.6): the `data` lines of an event, joined; events without
 * data, comments and other fields are passed over. An event that is cut off by the end of the body is dropped, but for the end
 * mark: some proxies leave out the blank line after it.
 */
export async function* readEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let data: string[] = [];
  for await (const line of readLines(chunks)) {
    if (line === '') {
      if (data.length > 0) yield data.join('\n');
      data = [];
    } else if (line.startsWith('data:')) {
      data.push(line.slice(line[5] === ' ' ? 6 : 5));
    }
  }
  if (data.join('\n') === endMark) yield endMark;
}

function tooLarge(what: string): Error {
  return serverFault(
    'never',
    'response-too-large',
    `The server sent ${what}.`,
    'Ask the server for less, or ask another.',
  );
}
