import type { Engine, WrittenStep } from './engine.js';
import type { ChannelListener, EngineChannel } from './engine-channel.js';
import { EngineRunner } from './engine-runner.js';

/** An engine in the calling thread: no start-up, but a round blocks everything else. */
export function openInlineChannel<Request, Written extends WrittenStep>(
  engine: Engine<Request, Written>,
  listener: ChannelListener<Written>,
  dispose: () => Promise<void>,
  facts: unknown = null,
): EngineChannel<Request> {
  const runner = new EngineRunner(engine, (outcomes) => {
    listener.onOutcomes(outcomes);
  });
  listener.onStart(facts);
  return {
    post: (operations) => {
      runner.post(operations);
    },
    hold: () => undefined,
    dispose,
  };
}
