/**
 * How often the author of a worked solution slips, by kind of slip. The corpus is written with these rates on purpose:
 * the followers are to be good executors with the weaknesses a reader can see in the text, not perfect calculators.
 */
export interface ErrorRates {
  /** Reads the look-alike fact instead (continuation and deep thinking alike: care does not cure misreading). */
  readonly misread: number;
  /** Reads the look-alike fact while validating. */
  readonly misreadValidating: number;
  /** Writes a hard calculation as a guess (`about 80`, `maybe 3,1`) instead of working it out (continuation only). */
  readonly guess: number;
  /** Wrong result of a hard, an easy, a careful and a checking calculation. */
  readonly slipHard: number;
  readonly slipEasy: number;
  readonly slipCareful: number;
  readonly slipValidating: number;
  /** Self-reflection overlooks a risk or invents one. */
  readonly misjudge: number;
}

export const corpusErrorRates: ErrorRates = {
  misread: 0.4,
  misreadValidating: 0.01,
  guess: 0.45,
  slipHard: 0.04,
  slipEasy: 0.015,
  slipCareful: 0.01,
  slipValidating: 0.01,
  misjudge: 0.04,
};

/** For drills in checking: many wrong lines, so that a check is as often needed as not. */
export const drillErrorRates: ErrorRates = {
  ...corpusErrorRates,
  misread: 0.45,
  guess: 0.5,
  slipHard: 0.35,
  slipEasy: 0.3,
  slipCareful: 0.25,
};
