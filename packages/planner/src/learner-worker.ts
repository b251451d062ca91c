/** Computes updates in a thread of its own, one after the other; see {@link LearnerThread}. */
import { serveRequests } from '@rsim/core/worker';
import { FeatureExtractor } from './features.js';
import type { UpdateAnswer, UpdateRequest } from './learner-thread.js';
import { restoreState, stateOf } from './learner-state.js';
import { NetworkLearner } from './network-learner.js';
import { zeroParameters } from './parameters.js';
import { runUpdate } from './run-update.js';

/** Kept from update to update, for what they remember of texts; their weights come with every request. */
const learners = new Map<string, NetworkLearner>();

serveRequests(async ({ network, state, kind, batch }: UpdateRequest): Promise<UpdateAnswer> => {
  const learner = learnerOf(network);
  restoreState(learner, state);
  const outcome = await runUpdate(learner, kind, batch);
  return { outcome, state: stateOf(learner) };
});

function learnerOf(network: UpdateRequest['network']): NetworkLearner {
  const key = JSON.stringify(network);
  const known = learners.get(key);
  if (known !== undefined) return known;
  const { shape, strategySet, forbidden, backend } = network;
  const extractor = new FeatureExtractor(shape.buckets);
  const learner = new NetworkLearner(shape, zeroParameters(shape), extractor, strategySet, forbidden, backend);
  learners.set(key, learner);
  return learner;
}
