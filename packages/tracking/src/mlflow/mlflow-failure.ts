import { TrackerError } from '@rsim/core';

/**
 * What a failed request leaves open. `unreachable`: the server never got it. `uncertain`: it may have been carried out
 * (no answer in time, a broken connection, an error of the server). `rejected`: the server will never take it as it is.
 * `forbidden`: it wants other credentials. `missing`: what it is about is not there.
 */
export type FailureKind = 'unreachable' | 'uncertain' | 'rejected' | 'forbidden' | 'missing';

const remedies: Readonly<Record<FailureKind, string>> = {
  unreachable: 'Check the address (option uri or MLFLOW_TRACKING_URI) and that the server runs.',
  uncertain: 'Look at the log of the server; nothing is lost, and nothing will be sent twice.',
  rejected: 'Look at the log of the server; the journal in the run folder has everything.',
  forbidden:
    'Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, to what the server takes.',
  missing: 'Check that the address (option uri or MLFLOW_TRACKING_URI) is that of an MLflow server.',
};

/** A request to an MLflow server that failed. */
export class MlflowFailure extends TrackerError {
  /** @param errorCode MLflow's own name of the error, e.g. `RESOURCE_DOES_NOT_EXIST`; empty where there was none. */
  constructor(
    message: string,
    readonly kind: FailureKind,
    readonly errorCode = '',
    cause?: unknown,
  ) {
    super(message, { remedy: remedies[kind], code: `mlflow-${kind}`, cause });
  }
}

/** Codes of a connection that was never made. */
const neverConnected: ReadonlySet<unknown> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'],
]);

/** What `fetch` threw, as a failure. */
export function failureOfFetch(thrown: unknown, server: string, seconds: number): MlflowFailure {
  const cause =
    thrown instanceof Error ? (thrown.cause as { code?: unknown; message?: unknown } | undefined) : undefined;
  if (neverConnected.has(cause?.code)) {
    return new MlflowFailure(`${server} is out of reach (${String(cause?.code)})`, 'unreachable', '', thrown);
  }
  const isLate = thrown instanceof Error && thrown.name === 'TimeoutError';
  const what = isLate
    ? `did not answer within ${seconds} s`
    : `broke the connection (${String(cause?.code ?? cause?.message ?? thrown)})`;
  return new MlflowFailure(`${server} ${what}`, 'uncertain', '', thrown);
}

/** An answer that is no success, as a failure. */
export function failureOfStatus(status: number, text: string, what: string): MlflowFailure {
  const { code, message } = errorOf(text);
  const detail = message === '' ? '' : `: ${message.slice(0, 300)}`;
  return new MlflowFailure(`${what} answered ${status}${detail}`, kindOf(status, code), code);
}

function kindOf(status: number, code: string): FailureKind {
  if (status === 401 || status === 403) return 'forbidden';
  if (status === 404) return 'missing';
  // Too early, too many at once, or too slow: the same request may be taken later.
  if ([408, 425, 429].includes(status) || status < 400 || status >= 500) {
    return code === 'RESOURCE_DOES_NOT_EXIST' ? 'missing' : 'uncertain';
  }
  return 'rejected';
}

function errorOf(text: string): { code: string; message: string } {
  try {
    const { error_code: code, message } = JSON.parse(text) as { error_code?: unknown; message?: unknown };
    return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' };
  } catch {
    return { code: '', message: text.startsWith('<') ? '' : text.trim() };
  }
}
