import { vi } from 'vitest';

import type { Engine } from '../engine/engine.js';

/** Counts the sessions that engines of a class hold, those in this thread that are given sessions from now on. */
export function watchHeld(engine: { readonly prototype: Pick<Engine<never>, 'open' | 'held'> }): () => number {
  const opened = vi.spyOn(engine.prototype, 'open');
  return () => {
    const engines = new Set(opened.mock.contexts as Pick<Engine<never>, 'held'>[]);
    return [...engines].reduce((sum, { held }) => sum + held, 0);
  };
}
