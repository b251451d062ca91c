import { serveRequests } from '../serve-requests.js';

/** Answers when the gate that it is sent opens: shared memory whose first number is no longer 0. */
serveRequests(async (gate: Int32Array<SharedArrayBuffer>) => {
  Atomics.wait(gate, 0, 0);
  return gate[0];
});
