/** Computes updates in a thread of its own, one after the other; see {@link LearnerThread}. */
import { serveRequests } from '@rsim/core/worker';
import { useBackend } from '@rsim/lm/backends';
import type { StartRequest, UpdateAnswer, UpdateRequest } from './learner-thread.js';
import { restoreState, stateOf } from './learner-state.js';
import { NetworkLearner } from './network-learner.js';
import { openNetwork } from './open-network.js';
import { runUpdate } from './run-update.js';

/** Kept from update to update, for what they remember of texts; their weights come with every request. */
const learners = new Map<string, NetworkLearner>();

serveRequests((request: StartRequest | UpdateRequest): Promise<unknown> =>
  'backend' in request ? useBackend(request.backend) : updated(request),
);

async function updated({ learner: asked, state, kind, batch, vectors }: UpdateRequest): Promise<UpdateAnswer> {
  const learner = await learnerOf(asked, vectors);
  restoreState(learner, state);
  const outcome = await runUpdate(learner, kind, batch);
  return { outcome, state: stateOf(learner) };
}

async function learnerOf(asked: UpdateRequest['learner'], vectors: UpdateRequest['vectors']): Promise<NetworkLearner> {
  const key = JSON.stringify(asked);
  const known = learners.get(key);
  // Vectors come with each request, for its texts alone: there is nothing to keep.
  if (known !== undefined && vectors === undefined) return known;
  const { origin, strategySet, forbidden, backend } = asked;
  const learner = new NetworkLearner(await openNetwork(origin, vectors), strategySet, forbidden, backend);
  if (vectors === undefined) learners.set(key, learner);
  return learner;
}
