/**
 * Runs one engine in a thread of its own; see `worker-channel.ts` for the other end. From source every module costs start-up
 * time, so nothing here or below loads a package's whole index.
 */
import { parentPort, workerData } from 'node:worker_threads';

import type { DecoderConfig } from '@rsim/lm';

import { DecodeEngine } from './decode-engine.js';
import type { EngineOperation, VocabularyRoles } from './engine-messages.js';
import { EngineRunner } from './engine-runner.js';
import { OnnxDecoder } from './onnx-decoder.js';

/** What a worker is started with. */
export interface EngineWorkerData {
  readonly config: DecoderConfig;
  /** The bytes of the ONNX graph, weights included. */
  readonly graph: Uint8Array;
  readonly roles: VocabularyRoles;
}

const { config, graph, roles } = workerData as EngineWorkerData;
const engine = new DecodeEngine(await OnnxDecoder.create(config, graph), roles);
const runner = new EngineRunner(engine, (outcomes) => parentPort?.postMessage(outcomes));
parentPort?.on('message', (operations: EngineOperation[] | null) => {
  // Between two tokens nothing native is under way, so the thread may end itself here.
  if (operations === null) process.exit();
  runner.post(operations);
});
