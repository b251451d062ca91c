import type { Role } from '@rsim/core';
import type { TrainingRecord } from '../training-record.js';

/** What one role's update showed; a follower's tells less than a leader's. */
interface DiagnosedUpdate {
  readonly groups: { readonly all: number; readonly withoutVariance: number };
  readonly policy: {
    readonly entropy?: number;
    readonly divergence?: number;
    readonly clipFraction: number;
    readonly smallestRatio: number;
    readonly largestRatio: number;
  } | null;
  readonly value?: { readonly explainedVariance: number } | null;
  readonly gradientNorm?: number | null;
  readonly skipped: readonly string[];
}

/** The part of a training record that diagnoses read; `null` where a role did not learn in this iteration. */
export type DiagnosedRecord = Pick<
  TrainingRecord,
  'accuracy' | 'episodes' | 'errors' | 'steps' | 'terminationRate' | 'strategyUse'
> & {
  readonly update: DiagnosedUpdate | null;
  readonly followerUpdate?: DiagnosedUpdate | null;
};

/** Where the settings of a stage of training stand in the configuration. */
export type StageSection = 'training' | 'training.stage0' | 'training.stage2';

/** The configuration's keys of settings by their names. */
export interface SettingKeys {
  /** Of the role that a trouble is of, e.g. its `learningRate`. */
  own(setting: string): string;
  /** Of the whole stage, e.g. `group`. */
  stage(setting: string): string;
}

export function settingKeys(section: StageSection, role: Role): SettingKeys {
  const own = role === 'follower' ? `${section}.follower` : section;
  return { own: (setting) => `${own}.${setting}`, stage: (setting) => `${section}.${setting}` };
}

/** A trouble that is there. */
export interface Finding {
  /** Whose settings mend it. */
  readonly role: Role;
  /** One sentence, without a full stop. */
  readonly message: string;
}

/** A known way in which training goes wrong. */
export interface Diagnosis {
  /** Kebab-case; the same for as long as the trouble lasts. */
  readonly code: string;
  /** Records that it looks at, the newest; with fewer it says nothing. */
  readonly window: number;
  /** When it says so, in words, for the documentation. */
  readonly threshold: string;
  readonly remedy: (keys: SettingKeys) => string;
  /** Troubles of which this one is but a consequence: while one of them is there, it is not said. */
  readonly follows?: readonly string[];
  /**
   * @param records the newest `window` ones, oldest first.
   * @returns `null` when the trouble is not there.
   */
  find(records: readonly DiagnosedRecord[]): Finding | null;
}

/** Whether the leader decided anything: in some modes nobody leads. */
export function isLed({ strategyUse }: DiagnosedRecord): boolean {
  return Object.values(strategyUse).some((share) => share > 0);
}

/** Mean over the records that have the number; `null` when none has. */
export function meanOver<T>(records: readonly T[], of: (record: T) => number | null | undefined): number | null {
  const values = records.map(of).filter((value) => value !== null && value !== undefined);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `0.934` → `93 %`. */
export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

export const roles: readonly Role[] = ['leader', 'follower'];

/** What a role's update showed; `null` where it did not learn. */
export function updateOf({ update, followerUpdate = null }: DiagnosedRecord, role: Role): DiagnosedUpdate | null {
  return role === 'leader' ? update : followerUpdate;
}
