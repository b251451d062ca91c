/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  /** `absent`: not there, and not needed. `broken`: needed, and does not work. */
  readonly status: 'works' | 'absent' | 'broken';
  readonly detail: string;
  /** What to do about it; where there is nothing to do, none. */
  readonly remedy?: string;
}
