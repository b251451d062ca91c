/** What a list of suites says of each, without making it. */
export interface SuiteCard {
  /** E.g. `mathematics`. */
  readonly domain: string;
  /** Problems as published, by upstream split (`train`, `test`, `validation`, or `all` where there is one); or endless. */
  readonly size: Readonly<Record<string, number>> | 'endless';
  /** SPDX identifier, or a few words where there is none. */
  readonly licence: string;
  /** Who made it and where it comes from. */
  readonly origin: string;
}
