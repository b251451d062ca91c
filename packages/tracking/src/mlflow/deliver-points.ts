import type { MetricPoint } from '../metric-points.js';
import { batchLimits, type MlflowClient } from './mlflow-client.js';
import { MlflowFailure } from './mlflow-failure.js';

/** What became of the points that were to be delivered. */
export interface Delivery {
  /** Points that were sent now; others were there already. */
  readonly sent: number;
  /** Points that the server refuses for good, each with its reason. */
  readonly refused: readonly { readonly point: MetricPoint; readonly reason: string }[];
}

/**
 * Sees to it that a run on the server has each of these points once.
 *
 * @param inDoubt Whether some of them may be there already: an earlier request with them got no answer. Then the server's
 *   histories are read, and only what they lack is sent.
 * @throws MlflowFailure when it could not be done; some may have arrived, so the next attempt is in doubt.
 */
export async function deliverPoints(
  client: MlflowClient,
  runId: string,
  points: readonly MetricPoint[],
  inDoubt: boolean,
): Promise<Delivery> {
  const lacking = inDoubt ? await missing(client, runId, points) : points;
  let delivery: Delivery = { sent: 0, refused: [] };
  for (let start = 0; start < lacking.length; start += batchLimits.metrics) {
    const part = await deliverBatch(client, runId, lacking.slice(start, start + batchLimits.metrics));
    delivery = together(delivery, part);
  }
  return delivery;
}

/** Halves a batch that is rejected until the points that are to blame stand alone. */
async function deliverBatch(client: MlflowClient, runId: string, points: readonly MetricPoint[]): Promise<Delivery> {
  try {
    await client.logMetrics(runId, points);
    return { sent: points.length, refused: [] };
  } catch (thrown) {
    if (!(thrown instanceof MlflowFailure) || thrown.kind !== 'rejected') throw thrown;
    await assertActive(client, runId);
    // A server that rejects a batch is not to have kept a part of it, but who knows every server?
    const lacking = await missing(client, runId, points);
    const [first] = lacking;
    if (first === undefined) return { sent: points.length, refused: [] };
    if (lacking.length === 1) return { sent: points.length - 1, refused: [{ point: first, reason: thrown.message }] };
    const middle = Math.ceil(lacking.length / 2);
    const left = await deliverBatch(client, runId, lacking.slice(0, middle));
    const right = await deliverBatch(client, runId, lacking.slice(middle));
    const kept = { sent: points.length - lacking.length, refused: [] };
    return [left, right].reduce(together, kept);
  }
}

/** @throws MlflowFailure when the run takes nothing at all, since then no point is to blame. */
async function assertActive(client: MlflowClient, runId: string): Promise<void> {
  const info = await client.run(runId);
  if (info?.lifecycle_stage === 'active') return;
  throw new MlflowFailure(`the run ${runId} was deleted on ${client.server.uri}`, 'missing', 'RESOURCE_DOES_NOT_EXIST');
}

/** The points whose step the server has no value for. */
async function missing(client: MlflowClient, runId: string, points: readonly MetricPoint[]): Promise<MetricPoint[]> {
  const there = new Map<string, Set<number>>();
  for (const { name } of points) {
    if (!there.has(name)) there.set(name, new Set(await client.stepsOf(runId, name)));
  }
  return points.filter(({ name, step }) => there.get(name)?.has(step) !== true);
}

function together(left: Delivery, right: Delivery): Delivery {
  return { sent: left.sent + right.sent, refused: [...left.refused, ...right.refused] };
}
