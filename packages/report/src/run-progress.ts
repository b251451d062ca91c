import type { JournalRecord } from '@rsim/core';
import type { RunProgress } from './report-data.js';

/** How far the run is by the newest of these records that says so; what was known where none does. */
export function progressOf(records: readonly JournalRecord[], known: RunProgress | null): RunProgress | null {
  const isSequence = known?.of === whole || records.some(({ event }) => event === 'progress');
  const found = records.map(isSequence ? ofWhole : ofStage).findLast((each) => each !== null);
  return found ?? known;
}

const whole = 'the whole';

/** Of a sequence of tasks, which tells of itself how far it is. */
function ofWhole({ event, step, episodes, secondsLeft }: JournalRecord): RunProgress | null {
  if (event !== 'progress' || typeof step !== 'number' || typeof episodes !== 'number') return null;
  return { of: whole, share: step / episodes, secondsLeft: typeof secondsLeft === 'number' ? secondsLeft : null };
}

function ofStage({ event, stage, iteration, iterations }: JournalRecord): RunProgress | null {
  if (event !== 'iteration' || typeof iteration !== 'number' || typeof iterations !== 'number') return null;
  return { of: String(stage), share: iteration / iterations, secondsLeft: null };
}
