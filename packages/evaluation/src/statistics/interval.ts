/** An estimate with the two ends of its interval; 95 % unless the caller asked for another level. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** Level of every interval in `results.json`. */
export const defaultLevel = 0.95;
