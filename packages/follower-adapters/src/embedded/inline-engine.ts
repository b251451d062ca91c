import type { WrittenStep } from '../engine/engine.js';
import type { ChannelListener, EngineChannel } from '../engine/engine-channel.js';
import { openInlineChannel } from '../engine/inline-channel.js';
import { DecodeEngine } from './decode-engine.js';
import type { StepRequest } from './engine-messages.js';
import type { EngineWorkerData } from './engine-worker.js';
import { OnnxDecoder } from './onnx-decoder.js';

/** An engine in the calling thread; a module of its own, so that only who wants one loads the native runtime there. */
export async function openInlineEngine(
  { config, graph, roles }: EngineWorkerData,
  listener: ChannelListener<WrittenStep>,
): Promise<EngineChannel<StepRequest>> {
  const decoder = await OnnxDecoder.create(config, graph);
  return openInlineChannel(new DecodeEngine(decoder, roles), listener, () => decoder.dispose());
}
