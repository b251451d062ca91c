import { parentPort } from 'node:worker_threads';
import { messageOf, RsimError } from '@rsim/core/errors';
import type { ThreadAnswer } from './request-thread.js';

/** Makes this thread answer what a `RequestThread` asks, one request after the other. */
export function serveRequests<Request, Answer>(answer: (request: Request) => Promise<Answer>): void {
  let last: Promise<unknown> = Promise.resolve();
  parentPort?.on('message', ({ id, ...request }: { id: number } & Request) => {
    last = last.then(async () => parentPort?.postMessage(await answered(id, () => answer(request as Request))));
  });
}

async function answered<Answer>(id: number, answer: () => Promise<Answer>): Promise<ThreadAnswer<Answer>> {
  try {
    return { id, answer: await answer() };
  } catch (thrown) {
    const { code, remedy } = thrown instanceof RsimError ? thrown : {};
    return { id, failure: { message: messageOf(thrown), code, remedy } };
  }
}
