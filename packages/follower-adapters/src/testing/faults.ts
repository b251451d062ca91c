import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** What can go wrong between a server and a client. */
export const faults = [
  'drop',
  'half-sent',
  'half-ended',
  'slow',
  'busy',
  'unavailable',
  'failed',
  'wrong-type',
  'not-found-page',
  'repeated',
  'error-event',
  'hang',
] as const;

export type Fault = (typeof faults)[number];

/** Faults that a client recovers from by asking again. */
export const passingFaults: readonly Fault[] = faults.filter((fault) => fault !== 'not-found-page');

const page = '<html><body>Welcome</body></html>';

/** Sends an answer as `fault` makes it. */
export async function sendFaulty(
  response: ServerResponse,
  fault: Fault,
  type: string,
  parts: readonly string[],
): Promise<void> {
  const body = parts.join('');
  const half = body.slice(0, Math.floor(body.length / 2));
  const answer = (status: number, headers: Record<string, string>, text: string): void => {
    response.writeHead(status, headers).end(text);
  };
  switch (fault) {
    case 'drop':
      response.destroy();
      return;
    case 'half-sent':
      response.writeHead(200, { 'content-type': type });
      response.write(half, () => response.destroy());
      return;
    case 'half-ended':
      return answer(200, { 'content-type': type }, half);
    case 'slow':
      return sendSlowly(response, type, body);
    case 'busy':
      return answer(
        429,
        { 'retry-after': '0', 'content-type': 'application/json' },
        '{"error":{"message":"slow down"}}',
      );
    case 'unavailable':
      return answer(503, { 'content-type': 'text/plain' }, 'loading');
    case 'failed':
      return answer(500, { 'content-type': 'text/html' }, page);
    case 'wrong-type':
      return answer(200, { 'content-type': 'text/html' }, page);
    case 'not-found-page':
      return answer(404, { 'content-type': 'text/html' }, page);
    case 'repeated':
      return answer(200, { 'content-type': type }, parts.map((part) => part + part).join(''));
    case 'error-event':
      return answer(
        200,
        { 'content-type': type },
        `${parts[0] ?? ''}${type === 'text/event-stream' ? 'data: ' : ''}{"error":{"message":"out of memory","code":500}}\n\n`,
      );
    case 'hang':
      return;
  }
}

/** A few bytes at a time, cutting lines, events and characters anywhere. */
async function sendSlowly(response: ServerResponse, type: string, body: string): Promise<void> {
  response.writeHead(200, { 'content-type': type });
  const bytes = Buffer.from(body);
  const size = Math.max(1, Math.ceil(bytes.length / 40));
  for (let start = 0; start < bytes.length && !response.destroyed; start += size) {
    response.write(bytes.subarray(start, start + size));
    await wait(0);
  }
  response.end();
}
