import type { Follower, FollowerSession, FollowerUsage } from '@rsim/core';

/** A follower under another name than its model's; everything else is its own. */
export class NamedFollower implements Follower {
  readonly parameters: number | null;
  readonly fingerprint: string | undefined;

  /** @param fingerprint what its answers depend on, where more is known of that than the follower tells. */
  constructor(
    private readonly follower: Follower,
    readonly name: string,
    fingerprint = follower.fingerprint,
  ) {
    this.parameters = follower.parameters;
    this.fingerprint = fingerprint;
  }

  open(question: string): Promise<FollowerSession> {
    return this.follower.open(question);
  }

  get usage(): FollowerUsage | undefined {
    return this.follower.usage;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.follower[Symbol.asyncDispose]());
  }
}
