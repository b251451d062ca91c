import type { CreditedEpisode } from './credit-episodes.js';

/** What an update did, and what it was to learn from. */
export interface MadeUpdate<Report> {
  readonly report: Report;
  readonly batch: { readonly groups: readonly (readonly CreditedEpisode[])[]; readonly settings: object };
}
