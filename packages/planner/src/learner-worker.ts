/** Computes updates in a thread of its own, one after the other; see {@link LearnerThread}. */
import { parentPort } from 'node:worker_threads';
import { messageOf, RsimError } from '@rsim/core';
import type { UpdateAnswer, UpdateRequest } from './learner-thread.js';
import { restoreState, stateOf } from './learner-state.js';
import { NetworkLearner } from './network-learner.js';
import { openNetwork } from './open-network.js';
import { runUpdate } from './run-update.js';

/** Kept from update to update, for what they remember of texts; their weights come with every request. */
const learners = new Map<string, NetworkLearner>();

let last: Promise<unknown> = Promise.resolve();
parentPort?.on('message', (request: UpdateRequest) => {
  last = last.then(async () => parentPort?.postMessage(await answer(request)));
});

async function answer({ id, learner: asked, state, kind, batch }: UpdateRequest): Promise<UpdateAnswer> {
  try {
    const learner = await learnerOf(asked);
    restoreState(learner, state);
    const outcome = await runUpdate(learner, kind, batch);
    return { id, outcome, state: stateOf(learner) };
  } catch (thrown) {
    const { code, remedy } = thrown instanceof RsimError ? thrown : {};
    return { id, failure: { message: messageOf(thrown), code, remedy } };
  }
}

async function learnerOf(asked: UpdateRequest['learner']): Promise<NetworkLearner> {
  const key = JSON.stringify(asked);
  const known = learners.get(key);
  if (known !== undefined) return known;
  const { origin, strategySet, forbidden, backend } = asked;
  const learner = new NetworkLearner(await openNetwork(origin), strategySet, forbidden, backend);
  learners.set(key, learner);
  return learner;
}
