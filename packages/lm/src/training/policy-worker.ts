/** Computes steps and scores of policies in a thread of its own; see {@link PolicyThread}. */
import { serveRequests } from '@rsim/core/worker';

import type { PolicyRequest } from './policy-thread.js';
import { policyWork } from './policy-work.js';

serveRequests((request: PolicyRequest): Promise<unknown> => {
  if ('backend' in request) return policyWork.start(request.backend);
  return 'step' in request ? policyWork.update(request.step) : policyWork.score(request.scoring);
});
