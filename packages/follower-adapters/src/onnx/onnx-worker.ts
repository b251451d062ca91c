/** Runs one engine in a thread of its own. */
import { workerData } from 'node:worker_threads';

import { serveEngine } from '../engine/serve-engine.js';
import type { OnnxEngineData } from './onnx-messages.js';
import { startEngine } from './start-engine.js';

await serveEngine(() => startEngine(workerData as OnnxEngineData));
