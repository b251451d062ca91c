import { contextOverflow, type Retry, serverFault, ServerFault } from './server-fault.js';

/** An answer that is an error. */
export interface Refusal {
  /** HTTP status. */
  readonly status: number;
  /** The beginning of the body. */
  readonly body: string;
  readonly retryAfterSeconds: number | null;
}

/** Where an answer came from, for messages. */
export interface Origin {
  readonly url: string;
  readonly model: string;
  /** Name of the environment variable that holds the key, or `null`. */
  readonly apiKeyVariable: string | null;
  /** Takes the key out of a text: some servers repeat the one they refuse. */
  readonly redact: (text: string) => string;
}

const overflow =
  /exceed_context_size|context_length_exceeded|maximum context length|exceeds? the (available |model's )?(maximum )?context|context (size|length|window).*(exceed|too (small|long))/iu;

/** Says what an error answer means, in one sentence that names what to do. */
export function responseFault(refusal: Refusal, origin: Origin): ServerFault {
  const { status, body, retryAfterSeconds } = refusal;
  const said = errorMessage(body, origin.redact);
  if (status === 401 || status === 403) return keyFault(status, origin);
  if (/insufficient_quota/u.test(body)) {
    return serverFault('never', 'quota-spent', `${origin.url} says: ${said}.`, 'Pay for more, or ask another server.');
  }
  if (status === 429 || status === 503) {
    const options = { code: 'server-busy', remedy: 'Wait, or lower `concurrency`.' };
    return new ServerFault(`${origin.url} is busy (HTTP ${status}): ${said}.`, options, 'later', retryAfterSeconds);
  }
  if (overflow.test(body)) return contextOverflow(said);
  if (status === 404 || status === 405 || (status >= 300 && status < 400)) return notThere(status, body, said, origin);
  if (status >= 500 || status === 408 || status === 425) {
    const remedy = "Look into the server's log.";
    return serverFault('soon', 'server-failed', `${origin.url} failed (HTTP ${status}): ${said}.`, remedy);
  }
  if (isAboutModel(said)) return modelUnknown(origin, said);
  const message = `${origin.url} refused the request (HTTP ${status}): ${said}.`;
  return serverFault('never', 'request-refused', message, 'Check `dialect`, `mode` and `model` against the server.');
}

/** A page, or JSON of another kind, where an answer of the API was expected. */
export function wrongServer(retry: Retry, what: string, { url, redact }: Origin): ServerFault {
  const message = `${url} is not a server of this dialect: ${redact(what)}.`;
  return serverFault(retry, 'server-wrong', message, 'Correct `url` and `dialect`.');
}

function keyFault(status: number, { url, apiKeyVariable }: Origin): ServerFault {
  const [message, remedy] =
    apiKeyVariable === null
      ? [`${url} wants a key (HTTP ${status}).`, 'Name the environment variable that holds it as `apiKeyVariable`.']
      : [
          `${url} does not accept the key in ${apiKeyVariable} (HTTP ${status}).`,
          `Put a valid key into ${apiKeyVariable}.`,
        ];
  return serverFault('never', 'api-key-invalid', message, remedy);
}

function notThere(status: number, body: string, said: string, origin: Origin): ServerFault {
  if (status === 404 && body.trimStart().startsWith('{') && isAboutModel(said)) return modelUnknown(origin, said);
  const { url } = origin;
  const message = `${url} is not a server of this dialect (HTTP ${status}).`;
  return serverFault('never', 'server-wrong', message, 'Correct `url` and `dialect`.');
}

function modelUnknown({ url, model }: Origin, said: string): ServerFault {
  const message = `${url} does not have the model "${model}": ${said}.`;
  return serverFault('never', 'model-unknown', message, 'Load the model on the server, or correct `model`.');
}

function isAboutModel(said: string): boolean {
  return /\bmodel\b.*(not (found|exist)|does not exist|unknown|invalid|no such)|(unknown|invalid|no such|not find).*\bmodel\b/iu.test(
    said,
  );
}

/**
 * The message in the error bodies that servers send, or the beginning of the body; one line, no full stop at its end.
 * @param redact applied before the text is cut, since half a key is still too much of it
 */
export function errorMessage(body: string, redact: (text: string) => string): string {
  let said = body;
  try {
    const json = JSON.parse(body) as { error?: unknown; message?: unknown; detail?: unknown } | null;
    const inner = json?.error ?? json?.message ?? json?.detail ?? json;
    const message = typeof inner === 'object' && inner !== null && 'message' in inner ? inner.message : inner;
    said = typeof message === 'string' ? message : JSON.stringify(message);
  } catch {
    // No JSON: the body speaks for itself.
  }
  return redact(said).replace(/\s+/gu, ' ').trim().slice(0, 300).replace(/\.$/u, '') || 'no reason given';
}

/** Seconds in a `Retry-After` header (RFC 9110, section 10.2.3): a number, or a date. */
export function retryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\s*\d+(\.\d+)?\s*$/u.test(header)) return Number(header);
  const date = /^\w{3},/u.test(header) ? Date.parse(header) : NaN;
  return Number.isFinite(date) ? Math.max(0, (date - now) / 1000) : null;
}
