import type { Random } from '@rsim/core';
import type { Program } from '@rsim/microworld';

/** A problem before it has a key: its text and the program that solves it. */
export interface DraftProblem {
  readonly question: string;
  readonly program: Program;
}

/** Writes one problem with `level` solution items, or `null` when the dice fell on one that cannot be. */
export type WriteProblem = (level: number, random: Random) => DraftProblem | null;
