import { parentPort } from 'node:worker_threads';

import type { Engine, EngineFailure, EngineOperation, EngineOutcome, WrittenStep } from './engine.js';
import { EngineRunner } from './engine-runner.js';

/** What a worker tells: that it is ready, that it cannot start, or which steps ended. */
export type WorkerMessage<Written extends WrittenStep = WrittenStep> =
  | { readonly facts: unknown }
  | { readonly refusal: EngineFailure }
  | { readonly outcomes: readonly EngineOutcome<Written>[] };

/**
 * Runs an engine in this worker thread for as long as the other end of `openWorkerChannel` wants it. From source every
 * module costs start-up time, so nothing that workers load loads a package's whole index.
 */
export async function serveEngine<Request, Written extends WrittenStep>(
  start: () => Promise<{ engine: Engine<Request, Written>; facts?: unknown }>,
): Promise<void> {
  const tell = (message: WorkerMessage<Written>): void => parentPort?.postMessage(message);
  try {
    const { engine, facts = null } = await start();
    const runner = new EngineRunner(engine, (outcomes) => tell({ outcomes }));
    parentPort?.on('message', (operations: EngineOperation<Request>[] | null) => {
      // Between two tokens nothing native is under way, so the thread may end itself here.
      if (operations === null) process.exit();
      runner.post(operations);
    });
    tell({ facts });
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown;
    const { code, message, remedy } = thrown;
    tell({ refusal: { code, message, remedy } });
  }
}

/** Errors of the platform say what to do; of any other the worker dies, and its owner says so. */
function isFailure(thrown: unknown): thrown is EngineFailure {
  return thrown instanceof Error && 'remedy' in thrown && 'code' in thrown;
}
