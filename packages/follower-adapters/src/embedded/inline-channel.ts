import { DecodeEngine } from './decode-engine.js';
import type { ChannelListener, EngineChannel } from './engine-channel.js';
import { EngineRunner } from './engine-runner.js';
import type { EngineWorkerData } from './engine-worker.js';
import { OnnxDecoder } from './onnx-decoder.js';

/** An engine in the calling thread: no start-up, but a round blocks everything else. */
export async function openInlineChannel(data: EngineWorkerData, listener: ChannelListener): Promise<EngineChannel> {
  const decoder = await OnnxDecoder.create(data.config, data.graph);
  const runner = new EngineRunner(new DecodeEngine(decoder, data.roles), (outcomes) => {
    listener.onOutcomes(outcomes);
  });
  return {
    post: (operations) => {
      runner.post(operations);
    },
    hold: () => undefined,
    dispose: () => decoder.dispose(),
  };
}
