import type { EngineChannel } from './engine-channel.js';

/** Longer than the pause in which a planner learns, so that training does not start engines over and over. */
const longestPauseMilliseconds = 2000;

/**
 * A channel whose engine starts with the first session and ends when it has had none for a while, so that a follower
 * that nobody asks holds no memory. The next session starts it again.
 *
 * @param start starts an engine, with the model that was swapped in last
 */
export function openRestingChannel<Request>(
  start: () => EngineChannel<Request>,
  pause = longestPauseMilliseconds,
): EngineChannel<Request> {
  let engine: EngineChannel<Request> | null = null;
  let sessions = 0;
  let isHeld = false;
  let rest: NodeJS.Timeout | undefined;
  const ending = new Set<Promise<void>>();
  const end = (): void => {
    if (engine === null) return;
    const ended = engine.dispose().finally(() => ending.delete(ended));
    ending.add(ended);
    engine = null;
  };
  return {
    post: (operations) => {
      for (const { kind } of operations) {
        if (kind === 'open' || kind === 'fork') sessions += 1;
        if (kind === 'close') sessions -= 1;
      }
      const wanted = engine
        ? operations
        : operations.slice(operations.findLastIndex(({ kind }) => kind === 'swap') + 1);
      if (wanted.length === 0) return;
      clearTimeout(rest);
      engine ??= start();
      engine.hold(isHeld);
      engine.post(wanted);
      if (sessions === 0) rest = setTimeout(end, pause).unref();
    },
    hold: (isNeeded) => {
      isHeld = isNeeded;
      engine?.hold(isNeeded);
    },
    dispose: async () => {
      clearTimeout(rest);
      end();
      await Promise.all(ending);
    },
  };
}
