import type { ChannelListener, EngineChannel } from '../engine/engine-channel.js';
import { openInlineChannel } from '../engine/inline-channel.js';
import type { OnnxEngineData, OnnxStepRequest, OnnxWrittenStep } from './onnx-messages.js';
import { startEngine } from './start-engine.js';

/** An engine in the calling thread; a module of its own, so that only who wants one loads the native runtime there. */
export async function openInlineEngine(
  data: OnnxEngineData,
  listener: ChannelListener<OnnxWrittenStep>,
): Promise<EngineChannel<OnnxStepRequest>> {
  const { engine, evaluator, facts } = await startEngine(data);
  return openInlineChannel(engine, listener, () => evaluator.model.dispose(), facts);
}
