import { PlannerError } from '@rsim/core';
import { RequestThread } from '@rsim/core/worker';
import { type BackendChoice, type BackendDevice, backendFailure } from '@rsim/lm/backends';
import { restoreState, stateOf } from './learner-state.js';
import type { LearnerState } from './learner-state.js';
import type { NetworkLearner } from './network-learner.js';
import type { NetworkOrigin } from './policy-network.js';
import { trajectoriesOf } from './run-update.js';
import type { UpdateBatch, UpdateKind, UpdateOutcome } from './run-update.js';
import type { TextVectors } from './segment-source.js';

/** What the thread is sent: everything an update depends on, so that nothing is lost with the thread. */
export interface UpdateRequest {
  readonly learner: Pick<NetworkLearner, 'strategySet' | 'forbidden' | 'backend'> & { readonly origin: NetworkOrigin };
  readonly state: LearnerState;
  readonly kind: UpdateKind;
  readonly batch: UpdateBatch<UpdateKind>;
  /** What the network knows of the batch's texts and the thread cannot compute. */
  readonly vectors: TextVectors | undefined;
}

/** Asks for nothing but that a backend is started. */
export interface StartRequest {
  readonly backend: BackendChoice;
}

export interface UpdateAnswer {
  readonly outcome: UpdateOutcome<UpdateKind>;
  readonly state: LearnerState;
}

const workerModule = new URL(
  import.meta.url.endsWith('.ts') ? './learner-worker.ts' : './learner-worker.js',
  import.meta.url,
);

/** An update takes well under a minute on any backend; a driver that hangs takes for ever. */
const longestUpdateMinutes = 30;

/**
 * The thread that updates of planners are computed in, so that the calling one stays free. It keeps no state: a planner's
 * weights and optimiser go with every update and come back changed, to the bit what this thread would have computed.
 */
export class LearnerThread {
  readonly #thread = new RequestThread(workerModule, longestUpdateMinutes * 60_000, {
    failed: (failure) =>
      backendFailure(failure) ??
      new PlannerError(`the planner cannot learn: ${failure.message}`, {
        ...(failure.code !== undefined && { code: failure.code }),
        remedy:
          failure.remedy ?? 'Look at the batch and the settings, or try another backend (rsim doctor lists them).',
      }),
    stopped: (why, cause) =>
      new PlannerError(`the thread that the planner learns in stopped: ${why}; the planner is as it was before`, {
        code: 'learner-stopped',
        remedy: 'Go on from the last checkpoint; if it happens again, try another backend (rsim doctor lists them).',
        cause,
      }),
  });

  /**
   * Starts the thread, and the backend in it.
   *
   * @throws ConfigError, code `backend-unusable`.
   */
  async start(backend: BackendChoice): Promise<BackendDevice> {
    const request: StartRequest = { backend };
    return (await this.#thread.ask(request)) as BackendDevice;
  }

  /**
   * Updates `learner`, which until then stays as it was; on an error it stays so for good.
   *
   * @throws PlannerError when the update fails, the thread dies, or it takes longer than it may.
   */
  async update<Kind extends UpdateKind>(
    learner: NetworkLearner,
    kind: Kind,
    batch: UpdateBatch<Kind>,
  ): Promise<UpdateOutcome<Kind>> {
    const { network, strategySet, forbidden, backend } = learner;
    const same = { origin: network.origin, strategySet, forbidden, backend };
    const vectors = await network.vectors?.(trajectoriesOf(learner, kind, batch));
    const request: UpdateRequest = { learner: same, state: stateOf(learner), kind, batch, vectors };
    const { outcome, state } = (await this.#thread.ask(request)) as UpdateAnswer;
    restoreState(learner, state);
    return outcome as UpdateOutcome<Kind>;
  }

  /** Ends the thread; updates under way are rejected. The next one starts another. */
  stop(): Promise<void> {
    return this.#thread.stop();
  }
}

/** The one of this process: tfjs uses one core, and two planners side by side would be no faster than in turn. */
export const learnerThread = new LearnerThread();
