import { settingKeys, type DiagnosedRecord, type Diagnosis, type StageSection } from './diagnosis.js';
import { explodingGradient, failedEpisodes, notFinite, noVariance, uselessValue } from './learning-diagnoses.js';
import {
  certainFollower,
  collapse,
  earlyTermination,
  explodingRatio,
  largeUpdates,
  lostEntropy,
  neverEnds,
} from './policy-diagnoses.js';

/** Every known way in which training goes wrong. */
export const diagnoses: readonly Diagnosis[] = [
  notFinite,
  failedEpisodes,
  collapse,
  lostEntropy,
  certainFollower,
  earlyTermination,
  neverEnds,
  explodingRatio,
  explodingGradient,
  largeUpdates,
  noVariance,
  uselessValue,
];

/** Trouble that is there. */
export interface TrainingWarning {
  readonly code: string;
  /** One sentence, without a full stop. */
  readonly message: string;
  readonly remedy: string;
}

/** More records than this no diagnosis looks at; one before them tells whether a trouble is new. */
export const diagnosedRecords = 1 + Math.max(...diagnoses.map(({ window }) => window));

/**
 * What is wrong as of the newest record, without what only follows from it.
 * @param history records of one stage, oldest first
 * @param section where that stage's settings stand, which remedies name
 */
export function diagnose(history: readonly DiagnosedRecord[], section: StageSection): TrainingWarning[] {
  const found = diagnoses.flatMap(({ window, find, code, follows, remedy }) => {
    const finding = history.length < window ? null : find(history.slice(-window));
    if (finding === null) return [];
    const { role, message } = finding;
    return [{ code, follows, message, remedy: remedy(settingKeys(section, role)) }];
  });
  const codes = new Set(found.map(({ code }) => code));
  return found
    .filter(({ follows = [] }) => !follows.some((code) => codes.has(code)))
    .map(({ code, message, remedy }) => ({ code, message, remedy }));
}

/** What began to be wrong with the newest record. */
export function beginningTroubles(history: readonly DiagnosedRecord[], section: StageSection): TrainingWarning[] {
  const before = new Set(diagnose(history.slice(0, -1), section).map(({ code }) => code));
  return diagnose(history, section).filter(({ code }) => !before.has(code));
}
