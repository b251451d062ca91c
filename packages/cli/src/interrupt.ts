import { setMaxListeners } from 'node:events';

/** The reader asked to stop, and everything worth keeping is on the disk. */
export class Interrupted extends Error {}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Two signals this close are one Ctrl-C: the terminal sends it to the launcher too, which hands it on. */
const oneKeyPressMilliseconds = 300;

/**
 * A signal that aborts at the first Ctrl-C (or SIGTERM), so that long work ends at its next safe point. A second one quits
 * at once.
 */
export function onInterrupt(say: (message: string) => void): AbortSignal {
  const controller = new AbortController();
  // Everything that runs side by side listens.
  setMaxListeners(0, controller.signal);
  let first: number | null = null;
  const stop = (cause: NodeJS.Signals): void => {
    if (first === null) {
      first = performance.now();
      say('stopping at the next safe point; press Ctrl-C again to quit at once');
      controller.abort(new Interrupted('stopped'));
    } else if (performance.now() - first > oneKeyPressMilliseconds) {
      quit(cause);
    }
  };
  for (const signal of signals) process.on(signal, stop);
  return controller.signal;
}

/** By the signal itself: `process.exit` would end threads in the middle of native calls, which now and then aborts with a C++ error. */
function quit(signal: NodeJS.Signals): void {
  for (const each of signals) process.removeAllListeners(each);
  process.kill(process.pid, signal);
}
