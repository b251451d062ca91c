import { setImmediate } from 'node:timers/promises';
import { type BackendChoice, isTensorflowInstalled } from '@rsim/lm/backends';
import { afterAll, describe, expect, it } from 'vitest';
import { GruNetwork } from './gru-network.js';
import { initialParameters } from './gru-parameters.js';
import type { ImitationBatch } from './imitation-update.js';
import { stateOf } from './learner-state.js';
import { learnerThread } from './learner-thread.js';
import { NetworkLearner } from './network-learner.js';
import { runUpdate } from './run-update.js';
import { trained } from './testing/toy-curve.js';
import { toyPlanner, toyStrategies } from './testing/toy-training.js';

afterAll(() => learnerThread.stop());

function newLearner(backend: BackendChoice = 'cpu'): NetworkLearner {
  const shape = { buckets: 64, embedding: 8, hidden: 8, actions: 4, value: false };
  const parameters = initialParameters(shape, 1);
  return new NetworkLearner(new GruNetwork(shape, parameters), toyStrategies, [], backend);
}

const batch: ImitationBatch = {
  demonstrations: [
    { trajectory: { question: 'q?', steps: [{ strategy: 'validation', text: 'ok' }], choices: [1, 0] }, weight: 1 },
  ],
  learningRate: 1e-2,
  maxGradientNorm: 1,
};

/** One that takes a while. */
const many = { ...batch, demonstrations: Array.from({ length: 2000 }, () => batch.demonstrations[0]!) };

describe('LearnerThread', () => {
  it.each(['cpu', 'wasm'] as const)('learns what the calling thread would, to the bit (%s)', async (backend) => {
    expect(await trained(toyPlanner({ backend, worker: true }), 3)).toEqual(await trained(toyPlanner({ backend }), 3));
  });

  it('leaves the calling thread free', async () => {
    const learner = newLearner();
    await learnerThread.update(learner, 'imitation', batch);
    let turns = 0;
    const clock = setInterval(() => (turns += 1), 1);
    await learnerThread.update(learner, 'imitation', many);
    const besides = turns;
    await runUpdate(learner, 'imitation', many);
    clearInterval(clock);
    expect(besides).toBeGreaterThan(turns - besides);
  });

  it('takes updates that are asked for at once in turn', async () => {
    const [first, second, alone] = [newLearner(), newLearner(), newLearner()];
    const updates = [first, second].map((learner) => learnerThread.update(learner, 'imitation', batch));
    const reports = await Promise.all(updates);
    expect(reports).toEqual([reports[0], await runUpdate(alone, 'imitation', batch)]);
    expect(stateOf(first)).toEqual(stateOf(alone));
    expect(stateOf(second)).toEqual(stateOf(alone));
  });

  it('says that it died, leaves the planner as it was, and starts again', async () => {
    const learner = newLearner();
    const before = structuredClone(stateOf(learner));
    const update = learnerThread.update(learner, 'imitation', many);
    const failure = expect(update).rejects.toMatchObject({ code: 'learner-stopped' });
    // Until the thread has been asked.
    await setImmediate();
    await learnerThread.stop();
    await failure;
    expect(stateOf(learner)).toEqual(before);
    await learnerThread.update(learner, 'imitation', batch);
    expect(learner.adam.steps).toBe(1);
  });

  it.skipIf(isTensorflowInstalled())(
    'hands on what an update failed of, and what it could not start (unless it is there)',
    async () => {
      const unusable = {
        code: 'backend-unusable',
        message: expect.stringMatching(/^the tfjs backend "tensorflow" cannot be used/) as string,
        remedy: expect.stringContaining('npm install') as string,
      };
      await expect(learnerThread.update(newLearner('tensorflow'), 'imitation', batch)).rejects.toMatchObject(unusable);
      for (const worker of [true, false]) {
        const { message: _, ...same } = unusable;
        await expect(toyPlanner({ backend: 'tensorflow', worker }).learnsOn()).rejects.toMatchObject(same);
      }
      await toyPlanner({ worker: true }).learnsOn();
    },
  );
});
