import type { Follower, Planner } from '@rsim/core';
import type { EvaluateOptions } from '../evaluate.js';
import type { Policy } from '../policies/policy.js';
import type { TransferFailure } from './schema.js';

/** A planner of the matrix: trained once, or several times with different seeds. */
export interface PlannerRow {
  /** Its name in the matrix; no baseline's. */
  readonly name: string;
  /** The model it was trained with; `null` where nobody knows. */
  readonly trainedOn: string | null;
  /** Number i, from 0, is tried with evaluation seed number i; from the first again where there are more seeds. */
  readonly planners: readonly { readonly planner: Planner; readonly fingerprint: string }[];
}

/** A follower that is open, and what kind of model it is. */
export interface OpenFollower {
  /** Its name is the one it has in the matrix. */
  readonly follower: Follower;
  /** The model's own name, which several followers share that run it in different programs. */
  readonly model: string;
}

/** A follower of the matrix. It is opened when its turn comes, so that one of them at a time is in memory. */
export interface FollowerColumn {
  readonly name: string;
  open(): Promise<OpenFollower>;
}

type Shared = Omit<EvaluateOptions, 'followers' | 'policies' | 'policiesOf' | 'comparisons'>;

export interface TransferOptions extends Shared {
  readonly planners: readonly PlannerRow[];
  readonly followers: readonly FollowerColumn[];
  /** What planners are compared with on this follower, e.g. `alone`; none may need the outcomes of another policy. */
  readonly baselines: (follower: Follower) => Promise<readonly Policy[]>;
  /** Whether each planner meets self-consistency at its own tokens too; true by default. */
  readonly selfConsistency?: boolean;
  /** Most cells that run at once; 4 by default. It changes no outcome. */
  readonly cellsAtOnce?: number;
  /** Called when a cell, or a whole follower, fails; the others go on. */
  readonly onFailure?: (failure: TransferFailure) => void;
}
