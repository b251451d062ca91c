import { parentPort } from 'node:worker_threads';
import { messageOf, RsimError } from '../errors.js';

/** What a request failed of; code and remedy where it was an error of the platform. */
export interface RequestFailure {
  readonly message: string;
  readonly code?: string;
  readonly remedy?: string;
}

export type AnswerMessage = { readonly id: number } & (
  { readonly outcome: unknown } | { readonly failure: RequestFailure }
);

/** Has this thread answer the requests of a `RequestThread`, one after the other. */
export function serveRequests<Request>(answer: (request: Request) => Promise<unknown>): void {
  const answered = async ({ id, request }: { id: number; request: Request }): Promise<AnswerMessage> => {
    try {
      return { id, outcome: await answer(request) };
    } catch (thrown) {
      const { code, remedy } = thrown instanceof RsimError ? thrown : {};
      return { id, failure: { message: messageOf(thrown), code, remedy } };
    }
  };
  let last: Promise<unknown> = Promise.resolve();
  parentPort?.on('message', (message: { id: number; request: Request }) => {
    last = last.then(async () => parentPort?.postMessage(await answered(message)));
  });
}
