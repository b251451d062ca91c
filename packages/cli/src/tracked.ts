import { messageOf, TOKENS, type RunEnding, type Tracker, type TrackerSession } from '@rsim/core';
import type { RunFolder } from '@rsim/tracking';
import { commandWord } from './command-word.js';
import type { Composition } from './composition.js';
import { Interrupted } from './interrupt.js';
import { sayInstead } from './progress.js';

/** Does the work on a run while the trackers of the configuration follow it. Nothing of theirs stops or fails the work. */
export async function tracked<T>({ container }: Composition, run: RunFolder, work: () => Promise<T>): Promise<T> {
  const followed = container.resolve(TOKENS.trackers).flatMap((tracker) => follow(tracker, run));
  let ending: RunEnding = 'failed';
  try {
    const result = await work();
    ending = 'finished';
    return result;
  } catch (error) {
    if (error instanceof Interrupted) ending = 'stopped';
    throw error;
  } finally {
    await Promise.all(followed.map((end) => end(ending)));
  }
}

/** Lets a tracker follow the run. @returns what ends that. */
function follow(tracker: Tracker, run: RunFolder): ((ending: RunEnding) => Promise<void>)[] {
  const fail = (thrown: unknown): void => warn(`tracker "${tracker.name}" failed: ${messageOf(thrown)}`);
  let session: TrackerSession;
  try {
    session = tracker.follow({ path: run.path, warn });
  } catch (thrown) {
    fail(thrown);
    return [];
  }
  const stop = run.onRecord((record) => {
    try {
      session.record(record);
    } catch (thrown) {
      stop();
      fail(thrown);
    }
  });
  return [
    async (ending) => {
      stop();
      const left = await session.close(ending).catch(messageOf);
      if (left === null) return;
      const remedy = tracker.sync === undefined ? '' : `; complete it with: rsim runs sync ${commandWord(run.path)}`;
      warn(`tracker "${tracker.name}" has not got everything: ${left}${remedy}`);
    },
  ];
}

function warn(message: string): void {
  sayInstead(`warning: ${message}`);
}
