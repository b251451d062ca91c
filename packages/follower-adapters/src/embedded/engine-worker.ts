/** Runs one engine in a thread of its own. */
import { workerData } from 'node:worker_threads';

import type { DecoderConfig } from '@rsim/lm';

import { serveEngine } from '../engine/serve-engine.js';
import { DecodeEngine } from './decode-engine.js';
import type { VocabularyRoles } from './engine-messages.js';
import { OnnxDecoder } from './onnx-decoder.js';

/** What a worker is started with. */
export interface EngineWorkerData {
  readonly config: DecoderConfig;
  /** The bytes of the ONNX graph, weights included; those of the last swap. */
  graph: Uint8Array;
  readonly roles: VocabularyRoles;
}

await serveEngine(async () => {
  const { config, graph, roles } = workerData as EngineWorkerData;
  return { engine: new DecodeEngine(await OnnxDecoder.create(config, graph), roles) };
});
