import { FollowerError, type FollowerUpdate } from '@rsim/core';
import { RequestThread } from '@rsim/core/worker';

import { type BackendChoice, type BackendDevice, backendFailure } from '../backends/index.js';
import type { PolicyScoring, PolicyStep, PolicyWork } from './policy-work.js';

/** What the thread is asked. Weights are in memory that is shared, so they are sent without a copy. */
export type PolicyRequest =
  { readonly backend: BackendChoice } | { readonly step: PolicyStep } | { readonly scoring: PolicyScoring };

const workerModule = new URL(
  import.meta.url.endsWith('.ts') ? './policy-worker.ts' : './policy-worker.js',
  import.meta.url,
);

/** A step over the episodes of an iteration takes seconds with small models, and minutes with the largest that fit. */
const longestHours = 2;

/**
 * The thread that followers learn in, so that the calling one stays free. It keeps no state, and writes only into the state that a
 * step comes to, which counts once it has answered: whatever it dies of, a policy is as it was.
 */
export class PolicyThread implements PolicyWork {
  readonly #thread = new RequestThread(workerModule, longestHours * 3_600_000, {
    failed: (failure) =>
      backendFailure(failure) ??
      new FollowerError(failure.message, {
        ...(failure.code !== undefined && { code: failure.code }),
        remedy: failure.remedy ?? 'Look at the batch and the settings, or use a smaller model.',
      }),
    stopped: (why, cause) =>
      new FollowerError(`The thread that the follower learns in stopped: ${why}; the follower is as it was before.`, {
        code: 'learner-stopped',
        remedy: 'Go on from the last checkpoint; if it happens again, use a smaller model or fewer episodes at once.',
        cause,
      }),
  });

  async start(backend: BackendChoice): Promise<BackendDevice> {
    return (await this.#ask({ backend })) as BackendDevice;
  }

  async update(step: PolicyStep): Promise<FollowerUpdate> {
    return (await this.#ask({ step })) as FollowerUpdate;
  }

  async score(scoring: PolicyScoring): Promise<number[][]> {
    return (await this.#ask({ scoring })) as number[][];
  }

  /** Ends the thread; what is under way is rejected. The next request starts another. */
  stop(): Promise<void> {
    return this.#thread.stop();
  }

  #ask(request: PolicyRequest): Promise<unknown> {
    return this.#thread.ask(request);
  }
}

/** The one of this process that followers learn in: tfjs uses one core, and two of them side by side would be no faster than in turn. */
export const policyThread = new PolicyThread();

/** Another one, for what only scores: scores and gradient steps are made side by side. */
export const scoringThread = new PolicyThread();
