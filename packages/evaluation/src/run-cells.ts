import { messageOf, RsimError, type Follower, type Problem, type TaskSuite } from '@rsim/core';
import type { Cell, CellName } from './cell.js';
import type { Policy } from './policies/policy.js';
import { runCell, type CellProgress, type RunCellOptions } from './run-cell.js';

/** Cells that share a suite, a follower, a seed and a try: one of each policy. */
export interface CellSetting {
  readonly suite: TaskSuite;
  readonly follower: Follower;
  readonly seed: number;
  readonly sample: number;
  /** Each after those it needs. */
  readonly policies: readonly Policy[];
}

/** A cell without outcomes, and why. */
export interface FailedCell extends CellName {
  /** Code of the error, e.g. `server-unreachable`. */
  readonly code: string;
  readonly message: string;
}

/** Where one cell stands, and all of them. */
export interface CellsProgress extends CellProgress {
  readonly cellsDone: number;
  readonly cellsTotal: number;
}

type Shared = Omit<RunCellOptions, keyof CellSetting | 'policy' | 'problems' | 'before' | 'onProgress'>;

export interface RunCellsOptions extends Shared {
  readonly settings: readonly CellSetting[];
  /** Problems by suite. */
  readonly problems: ReadonlyMap<string, readonly Problem[]>;
  /** Most cells that run at once; 1 by default. It changes no outcome. */
  readonly cellsAtOnce?: number;
  readonly onProgress?: (progress: CellsProgress) => void;
  /** Takes cells that failed, so that the others go on; without it the first failure ends the work. */
  readonly onFailure?: (failed: FailedCell) => void;
}

interface Job extends Omit<CellSetting, 'policies'> {
  readonly policy: Policy;
  /** Cells of the same setting by policy, as they are begun. */
  readonly begun: Map<string, Promise<Cell | null>>;
}

/**
 * Runs all cells, several at a time, each after those whose outcomes its policy needs.
 *
 * @returns the cells that have outcomes, in the order of settings and policies whatever order they ended in.
 * @throws the reason of `signal` when that ended the work, and what made a cell fail where nobody takes failures.
 */
export async function runCells(options: RunCellsOptions): Promise<Cell[]> {
  const { cellsAtOnce = 1, onFailure, problems, settings, signal } = options;
  if (!(cellsAtOnce >= 1)) throw new RangeError(`runCells: ${cellsAtOnce} cells at once let none begin`);
  const jobs = settings.flatMap(({ policies, ...setting }): Job[] => {
    const begun = new Map<string, Promise<Cell | null>>();
    return policies.map((policy) => ({ ...setting, policy, begun }));
  });
  let cellsDone = 0;

  const run = async ({ begun, ...job }: Job): Promise<Cell | null> => {
    const { suite, follower, policy, seed, sample } = job;
    const onProgress = (progress: CellProgress) =>
      options.onProgress?.({ ...progress, cellsDone, cellsTotal: jobs.length });
    try {
      const before = await cellsBefore(policy, begun);
      return await runCell({ ...options, ...job, before, problems: problems.get(suite.name) ?? [], onProgress });
    } catch (error) {
      if (onFailure === undefined || signal?.aborted === true) throw error;
      const name = { suite: suite.name, follower: follower.name, policy: policy.name, seed, sample };
      onFailure({ ...name, code: error instanceof RsimError ? error.code : 'internal', message: messageOf(error) });
      return null;
    } finally {
      cellsDone += 1;
    }
  };

  // Jobs begin in order, so that what one waits for has always begun.
  const waiting = [...jobs];
  const work = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      signal?.throwIfAborted();
      const running = run(job);
      job.begun.set(job.policy.name, running);
      await running.catch((error: unknown) => {
        waiting.length = 0;
        throw error;
      });
    }
  };
  // Nothing is left running behind the caller's back, whatever fails first.
  const ends = await Promise.allSettled(Array.from({ length: Math.min(cellsAtOnce, jobs.length) }, work));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  const cells = await Promise.all(jobs.map(({ begun, policy }) => begun.get(policy.name)));
  return cells.filter((cell) => cell !== undefined && cell !== null);
}

/** @throws RsimError when a cell that the policy needs has failed. */
async function cellsBefore({ name, after }: Policy, begun: Job['begun']): Promise<Map<string, Cell>> {
  const cells = new Map<string, Cell>();
  for (const needed of after) {
    const cell = await begun.get(needed);
    if (!cell) {
      throw new RsimError(`policy "${name}" needs the outcomes of policy "${needed}", which failed`, {
        code: 'cell-needed',
        remedy: 'See why that one failed, then run the same command again.',
      });
    }
    cells.set(needed, cell);
  }
  return cells;
}
