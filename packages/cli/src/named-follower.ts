import type { Follower } from '@rsim/core';

/**
 * A follower under another name than its model's. Everything else is its own as it is at the moment, learning included where it learns.
 *
 * @param changes what else is to be other than the follower has it, e.g. a fingerprint where more is known than it tells.
 */
export function namedFollower(follower: Follower, name: string, changes: Partial<Follower> = {}): Follower {
  const own = { ...changes, name };
  // What a follower can do besides is known by its members being there, so they must neither be lost nor invented.
  return new Proxy({} as Follower, {
    has: (_, key) => key in follower,
    get: (_, key) => {
      if (Object.hasOwn(own, key)) return Reflect.get(own, key) as unknown;
      const value: unknown = Reflect.get(follower, key);
      return typeof value === 'function' ? (value.bind(follower) as unknown) : value;
    },
  });
}
